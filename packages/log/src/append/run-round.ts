/**
 * One round: what has gathered for some partitions goes through one transaction (lock, look up, decide, reserve, write,
 * record), its own or that of the round before (lane-hold.ts). Attempts repeat until every call is settled, by an outcome or by
 * its own deadline; a record's earlier attempts are remembered, so that one whose answer was lost is found and not stored twice.
 */
import { isRetryable } from '@ledgerline/database';
import type pg from 'pg';
import { createBackoff } from '../backoff.ts';
import type { AppendRecord, SubjectRule } from '../port.ts';
import { LogFault } from '../port.ts';
import { type Deciding, decideRound, type Round } from './decide-round.ts';
import { type Expectation, NotNew } from './expectation.ts';
import { lookUp, type Presumed, reserveNewStatement } from './index-store.ts';
import { IndexView } from './index-view.ts';
import type { LaneHold, LaneHolds } from './lane-hold.ts';
import { IndexMissing, type Limits, type Worked, withLanes } from './lane-transaction.ts';
import type { PendingCall } from './pending-call.ts';
import { RoundConflict } from './round-conflict.ts';

/** Idle time that a transaction may have beyond its round's deadline before PostgreSQL ends it. */
const IDLE_MARGIN_MS = 2_000;
const MAX_PAUSE_MS = 1_000;

export type RoundDependencies<E, S, R> = Deciding<E, S, R> & {
  readonly pool: pg.Pool;
  /** The log's id, once its index exists. */
  readonly logId: () => Promise<string>;
  /** Brings the index of these partitions up to the log's end. */
  readonly catchUp: (partitions: readonly number[]) => Promise<void>;
  /** The index has gone: make it again. */
  readonly onIndexMissing: () => void;
  /** Partitions whose index may be behind: set by failed attempts, cleared by `catchUp`. Kept by the caller between rounds. */
  readonly suspect: Set<number>;
  /** Kept between rounds as well. */
  readonly expectation: Expectation;
  /** For the next round. */
  readonly holds: LaneHolds;
};

/**
 * Settles every call. Never rejects. `onAnswered` is told when the calls are answered, which may be before the index has
 * been committed: until then the lanes are held in PostgreSQL.
 */
export async function runRound<E, S, R>(
  dependencies: RoundDependencies<E, S, R>,
  calls: readonly PendingCall<E, R>[],
  onAnswered: () => void,
): Promise<void> {
  const { metrics, suspect, expectation } = dependencies;
  const backoff = createBackoff(MAX_PAUSE_MS);
  const started = performance.now();
  let written = 0;
  let conflicts = 0;
  for (;;) {
    const open = calls.filter((call) => !call.settled);
    if (open.length === 0) break;
    const partitions = lanesOf(open);
    try {
      const doubted = partitions.filter((partition) => suspect.has(partition));
      if (doubted.length > 0) await dependencies.catchUp(doubted);
      written = await attempt(dependencies, open, partitions, expectation.newIds(), onAnswered);
      break;
    } catch (error) {
      expectation.disappoint();
      if (error instanceof NotNew) continue;
      for (const partition of partitions) suspect.add(partition);
      if (error instanceof IndexMissing) dependencies.onIndexMissing();
      const fault = toFault(error);
      if (fault && !fault.retryable) {
        for (const call of open) call.reject(fault);
        break;
      }
      metrics.countRetry(error instanceof RoundConflict ? error.reason : 'fault');
      // The first conflict is usually the last; a producer that keeps coming between is not raced at full speed.
      conflicts += error instanceof RoundConflict ? 1 : 0;
      if (!(error instanceof RoundConflict) || conflicts > 1) await backoff.pause();
    }
  }
  metrics.observeRound(written, (performance.now() - started) / 1_000);
}

/** The records written, once the calls are answered. Rejects with `NotNew` where `takenToBeNew` was wrong. */
async function attempt<E, S, R>(
  dependencies: RoundDependencies<E, S, R>,
  open: readonly PendingCall<E, R>[],
  partitions: readonly number[],
  takenToBeNew: boolean,
  onAnswered: () => void,
): Promise<number> {
  const { pool, rule, writer, partitionOf, holds } = dependencies;
  const { synchronousCommit } = writer;
  const logId = await dependencies.logId();
  const expiresAt = Math.max(...open.map((call) => call.expiresAt));
  const lockMs = Math.max(100, expiresAt - Date.now());
  const limits = { synchronousCommit, lockMs, idleMs: lockMs + IDLE_MARGIN_MS };
  const records = open.flatMap((call) => call.records);
  const subjects = subjectsOf(records, rule);
  const round = { open, records, expiresAt, onAnswered };
  const hold = takenToBeNew ? holds.take(partitions) : null;
  if (hold !== null) return await goOn(dependencies, { ...round, partitions, subjects, limits }, hold);

  const reserving = takenToBeNew ? reserveNewStatement(placeAll(records, partitionOf), subjects) : null;
  const lock = { logId, partitions, ...limits };
  const settle = await withLanes(
    pool,
    lock,
    reserving,
    async (client, lanes, reserved): Promise<Worked<() => number>> => {
      const view = new IndexView<S>();
      if (!reserved) await lookUp(client, view, records, subjects);
      const { changes, settleAll } = await decideRound(dependencies, round, { client, lanes, view, reserved });
      // Rows of ours are stored once they are committed; what stands in a log of its own, whatever becomes of its index.
      if (changes === null || writer.ends === null) return { result: settleAll, changes };
      const written = settleAll();
      return { result: () => written, keep: (kept) => holds.start(kept, lanes, changes) };
    },
  );
  return settle();
}

type NextRound<E, R> = Round<E, R> & {
  readonly partitions: readonly number[];
  readonly subjects: readonly string[];
  readonly limits: Limits;
};

/** A round in the transaction of those before. What fails here is this round's alone. */
async function goOn<E, S, R>(
  dependencies: RoundDependencies<E, S, R>,
  round: NextRound<E, R>,
  hold: LaneHold,
): Promise<number> {
  const { records, partitions, subjects, limits } = round;
  try {
    const changed = subjects.filter((subject) => hold.states.has(subject));
    const others = subjects.filter((subject) => !hold.states.has(subject));
    const places = placeAll(records, dependencies.partitionOf, hold.placed);
    const reserved = await hold.begin(limits, reserveNewStatement(places, others));
    const view = new IndexView<S>();
    view.load(
      [],
      changed.map((subject) => [subject, hold.states.get(subject) as S]),
    );
    const lanes = partitions.flatMap((partition) => hold.lanes.get(partition) ?? []);
    const { changes, settleAll } = await decideRound(dependencies, round, {
      client: hold.client,
      lanes,
      view,
      reserved,
    });
    const written = settleAll();
    hold.keep(changes);
    return written;
  } catch (error) {
    await hold.abandon(error);
    throw error;
  }
}

/** Those whose states the rule asks for. */
export function subjectsOf<E>(records: readonly AppendRecord<E>[], rule: SubjectRule<E, unknown, unknown>): string[] {
  const subjects = new Set<string>();
  for (const { subject, event } of records) {
    subjects.add(subject);
    for (const related of rule.related(event)) subjects.add(related);
  }
  return [...subjects];
}

/** Where all these records go if every one of them is admitted. @param before so many by partition went before them */
function placeAll(
  records: readonly AppendRecord[],
  partitionOf: (subject: string) => number,
  before: ReadonlyMap<number, number> = new Map(),
): Presumed[] {
  const places = new Map(before);
  return records.map(({ source, id, hash, subject }) => {
    const partition = partitionOf(subject);
    const nth = places.get(partition) ?? 0;
    places.set(partition, nth + 1);
    return { source, id, hash, partition, nth };
  });
}

const lanesOf = (calls: readonly PendingCall[]): number[] =>
  [...new Set(calls.flatMap((call) => call.partitions))].toSorted((a, b) => a - b);

/** null for what is no fault of the log's: tried again at once. */
export function toFault(error: unknown): LogFault | null {
  if (error instanceof RoundConflict || error instanceof IndexMissing) return null;
  if (error instanceof LogFault) return error;
  const retryable = isRetryable(error);
  const message = retryable ? 'the database of the log cannot be reached' : 'the log failed';
  return new LogFault('log-unavailable', message, { retryable, cause: error });
}
