/**
 * The reading side: which generation of a view is live, and waiting until it has reached a position. One connection
 * listens for the whole process and one query answers all who wait, so that waiters cost next to nothing.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { readSql } from '@ledgerline/database';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { schemaOf } from './bind-schema.ts';
import type { Generation } from './generation.ts';
import { listen } from './notifications.ts';
import type { ViewName } from './view.ts';

export type LiveGeneration = Generation & {
  readonly logId: string;
  /** As of when it was read: never answer with these what other statements read. See `positionFragment`. */
  readonly offsets: readonly number[];
  /** The last amendment that says something (decision 21): its rows are what these readers read. 0: there is none. */
  readonly amended: number;
};

export type ViewReader = {
  /** The live generation, at most a second old; null before the view's first projector made it. */
  live(view: ViewName): Promise<LiveGeneration | null>;
  /** The same, read now. */
  readNow(view: ViewName): Promise<LiveGeneration | null>;
  /**
   * Waits until the live generation has applied everything before `offsets` (by partition; null = whatever).
   * False at the deadline (epoch milliseconds) or when the signal aborts. Rejects where the database fails.
   */
  waitForPosition(
    view: ViewName,
    offsets: readonly (number | null)[],
    deadline: number,
    signal?: AbortSignal,
  ): Promise<boolean>;
  /** How many hints there have been that views moved, for `hintedSince`. */
  hints(): number;
  /** Resolves when there have been more hints than `hints`, at the latest after `timeoutMs` or when the signal aborts. */
  hintedSince(hints: number, timeoutMs: number, signal: AbortSignal): Promise<void>;
  /** Gives its connection back; the pool can't be ended before. */
  close(): Promise<void>;
};

const readPositionsSql = readSql(new URL('./sql/read-positions.sql', import.meta.url));
const sql = {
  readPositions: readPositionsSql.replace(
    '/*amended*/',
    readSql(new URL('./sql/last-amendment.sql', import.meta.url)).trim(),
  ),
  /** Of a database that only older projectors have met. */
  readPositionsAlone: readPositionsSql.replace('/*amended*/', '0::bigint'),
};
const maxAgeMs = 1_000;
const pollMs = 250;

type Known = { readonly at: number; readonly live: LiveGeneration | null };

export function createViewReader(pool: Pool, logger: Pick<Logger, 'debug'>): ViewReader {
  const known = new Map<ViewName, Known>();
  const reading = new Map<ViewName, Promise<LiveGeneration | null>>();
  /** Those who wait: a hint wakes them all, and they ask again. */
  const waiting = new Set<() => void>();
  let hints = 0;

  const notifications = listen(
    pool,
    ['ledgerline_view', 'ledgerline_generation'],
    (channel) => {
      if (channel === 'ledgerline_generation') known.clear();
      hints += 1;
      for (const wake of waiting) wake();
    },
    logger,
  );

  const read = async (view: ViewName): Promise<LiveGeneration | null> => {
    const at = Date.now();
    const live = await readLive(pool, view);
    known.set(view, { at, live });
    return live;
  };
  /** One query at a time a view: who comes while it runs can't use it, and shares the one after. */
  const readNow = async (view: ViewName): Promise<LiveGeneration | null> => {
    await reading.get(view)?.catch(() => undefined);
    const shared = reading.get(view) ?? read(view).finally(() => reading.delete(view));
    reading.set(view, shared);
    return await shared;
  };

  return {
    async live(view) {
      const cached = known.get(view);
      if (cached !== undefined && cached.live !== null && Date.now() - cached.at < maxAgeMs) return cached.live;
      return await (reading.get(view) ?? readNow(view));
    },
    readNow,
    async waitForPosition(view, offsets, deadline, signal) {
      for (;;) {
        // Registered before asking: a hint that comes in between is not lost.
        const hinted = Promise.withResolvers<void>();
        waiting.add(hinted.resolve);
        try {
          const live = await readNow(view);
          if (live !== null && reaches(live.offsets, offsets)) return true;
          const leftMs = deadline - Date.now();
          if (leftMs <= 0 || signal?.aborted) return false;
          await firstOf(hinted.promise, Math.min(leftMs, pollMs), signal);
        } finally {
          waiting.delete(hinted.resolve);
        }
      }
    },
    hints: () => hints,
    async hintedSince(seen, timeoutMs, signal) {
      if (hints > seen || signal.aborted) return;
      const hinted = Promise.withResolvers<void>();
      waiting.add(hinted.resolve);
      await firstOf(hinted.promise, timeoutMs, signal);
      waiting.delete(hinted.resolve);
    },
    close: () => notifications.close(),
  };
}

async function readLive(pool: Pool, view: ViewName): Promise<LiveGeneration | null> {
  type Row = { generation: number; version: number; log_id: string; offsets: number[]; amended: number };
  const values = [[view]];
  const ask = async (name: string, text: string) => (await pool.query<Row>({ name, text, values })).rows;
  const rows = await ask('projection.read-positions', sql.readPositions)
    .catch(async (error: unknown) => {
      if (isMissingTable(error)) return await ask('projection.read-positions-alone', sql.readPositionsAlone);
      throw error;
    })
    .catch(ifNotMigrated);
  const [row] = rows;
  if (row === undefined) return null;
  const { generation, version, log_id: logId, offsets, amended } = row;
  return { view, generation, schema: schemaOf(view, generation), version, logId, offsets, amended };
}

/** A reader may be up before the first projector has made the tables: then nothing is live. */
function ifNotMigrated(error: unknown): [] {
  if (isMissingTable(error)) return [];
  throw error;
}

function isMissingTable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42P01';
}

function reaches(held: readonly number[], wanted: readonly (number | null)[]): boolean {
  return wanted.every((offset, partition) => offset === null || (held[partition] ?? 0) >= offset);
}

/** Whichever comes first: the hint, the time, the abort. Leaves no timer behind. */
async function firstOf(hinted: Promise<void>, timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
  const done = new AbortController();
  const stop = signal === undefined ? done.signal : AbortSignal.any([done.signal, signal]);
  try {
    await Promise.race([hinted, delay(timeoutMs, undefined, { signal: stop }).catch(() => undefined)]);
  } finally {
    done.abort();
  }
}
