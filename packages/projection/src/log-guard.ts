/**
 * Is the log still the one that the rows are made from? Asked before anything is applied, unless it was just asked, and
 * now and then besides: a topic deleted and made again answers under the same name, from the same offsets.
 */
import { readSql } from '@ledgerline/database';
import { type EventLog, LogFault } from '@ledgerline/log';
import type { Pool } from 'pg';
import type { Generation } from './generation.ts';

export type LogGuard = {
  /** Rejects with WrongLog or LogFault. An answer counts for a second: batches are many. */
  confirm(): Promise<void>;
  /**
   * Why no view of this log may go on, from settings to missing records; null where all is well, or where it can't be
   * asked now. Dear: for every few seconds.
   */
  inspect(): Promise<string | null>;
};

/**
 * The log can't be the one that the rows were made from. Not a LogFault: the process stays, not ready and with the
 * reason, instead of ending and being started again for ever.
 */
export class WrongLog extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WrongLog';
  }
}

const CONFIRMED_FOR_MS = 1_000;
const checkpointsSql = readSql(new URL('./sql/read-checkpoints.sql', import.meta.url));

export function createLogGuard(
  pool: Pool,
  generation: Generation,
  log: Pick<EventLog, 'describe' | 'ends' | 'ping'>,
  expected: { readonly logId: string },
): LogGuard {
  let confirmedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | null = null;

  const ask = async (): Promise<void> => {
    const askedAt = performance.now();
    const { logId } = await log.describe();
    if (logId !== expected.logId) throw otherLog(generation, expected.logId, logId);
    confirmedAt = askedAt;
  };

  return {
    async confirm() {
      if (performance.now() - confirmedAt < CONFIRMED_FOR_MS) return;
      asking ??= ask().finally(() => {
        asking = null;
      });
      await asking;
    },
    async inspect() {
      try {
        await log.ping();
        await refuseShorterLog(pool, generation, log);
        return null;
      } catch (error) {
        if (error instanceof WrongLog || isUnsuitable(error)) return error.message;
        return null;
      }
    },
  };
}

/** Nothing but an operator mends it. */
export function isUnsuitable(error: unknown): error is LogFault {
  return error instanceof LogFault && error.code === 'log-unsuitable';
}

export function otherLog({ view }: Generation, rowsOf: string, logId: string): WrongLog {
  return new WrongLog(`the rows of ${view} are of log ${rowsOf}, and this is log ${logId}`);
}

/** Throws WrongLog where a checkpoint is beyond the log's end: it was restored from an older copy, or cut short. */
async function refuseShorterLog(
  pool: Pool,
  { view, generation }: Generation,
  log: Pick<EventLog, 'ends'>,
): Promise<void> {
  // Checkpoints first: ends only grow.
  const { rows } = await pool.query<{ partition: number; next_offset: number }>(checkpointsSql, [view, generation]);
  const ends = await log.ends();
  for (const { partition, next_offset: next } of rows) refuseEndBefore(view, partition, next, ends[partition] ?? 0);
}

/** Throws WrongLog. */
export function refuseEndBefore(view: string, partition: number, next: number, end: number): void {
  if (next <= end) return;
  const where = `at ${end} in partition ${partition}`;
  throw new WrongLog(`${view} has applied up to offset ${next}, but the log ends ${where}: it was cut short`);
}
