/**
 * One round: what has gathered for some partitions goes through one transaction (lock, look up, decide, reserve, write,
 * record) and is answered after its commit. Attempts repeat until every call is settled, by an outcome or by its own
 * deadline; a record's earlier attempts are remembered, so that one whose answer was lost is found and not stored twice.
 */
import { isRetryable } from '@ledgerline/database';
import type pg from 'pg';
import { createBackoff } from '../backoff.ts';
import type { LogMetrics } from '../metrics.ts';
import type { AppendOutcome, AppendRecord, SubjectRule } from '../port.ts';
import { LogFault } from '../port.ts';
import { type Admission, admit, type Planned } from './admission.ts';
import { type Expectation, NotNew } from './expectation.ts';
import {
  loadReserved,
  lookUp,
  type Presumed,
  type Reservation,
  reserveNewStatement,
  reserveReceipts,
} from './index-store.ts';
import { IndexView } from './index-view.ts';
import { IndexMissing, withLanes } from './lane-transaction.ts';
import type { Lane, LaneWriter, PlannedBatch, WrittenBatch } from './lane-writer.ts';
import type { PendingCall } from './pending-call.ts';
import { RoundConflict } from './round-conflict.ts';

/** Idle time that a transaction may have beyond its round's deadline before PostgreSQL ends it. */
const IDLE_MARGIN_MS = 2_000;
const MAX_PAUSE_MS = 1_000;

export type RoundDependencies<E, S, R> = {
  readonly pool: pg.Pool;
  readonly rule: SubjectRule<E, S, R>;
  readonly writer: LaneWriter;
  readonly metrics: LogMetrics;
  /** The log's id, once its index exists. */
  readonly logId: () => Promise<string>;
  readonly partitionOf: (subject: string) => number;
  /** Brings the index of these partitions up to the log's end. */
  readonly catchUp: (partitions: readonly number[]) => Promise<void>;
  /** The index has gone: make it again. */
  readonly onIndexMissing: () => void;
  /** Something new is in the log. */
  readonly onWritten: () => void;
  /** Partitions whose index may be behind: set by failed attempts, cleared by `catchUp`. Kept by the caller between rounds. */
  readonly suspect: Set<number>;
  /** Kept between rounds as well. */
  readonly expectation: Expectation;
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
  const { pool, rule, writer, partitionOf } = dependencies;
  const { synchronousCommit } = writer;
  const logId = await dependencies.logId();
  const expiresAt = Math.max(...open.map((call) => call.expiresAt));
  const lockMs = Math.max(100, expiresAt - Date.now());
  const lock = { logId, partitions, synchronousCommit, lockMs, idleMs: lockMs + IDLE_MARGIN_MS };
  const records = open.flatMap((call) => call.records);
  const subjects = subjectsOf(records, rule);
  const reserving = takenToBeNew ? reserveNewStatement(placeAll(records, partitionOf), subjects) : null;
  const result = await withLanes(pool, lock, reserving, async (client, lanes, reserved) => {
    if (lanes.some((lane) => lane.writtenTo > lane.indexedTo)) throw new RoundConflict('stale-index');
    // A call that expired while we waited was told that nothing was stored: from here on it would be told otherwise.
    const calls = open.filter((call) => !call.settled);
    const view = new IndexView<S>();
    if (!reserved) await lookUp(client, view, records, subjects);
    else if (loadReserved(view, reserved) !== records.length || calls.length !== open.length) throw new NotNew();
    for (const call of calls) call.attempted = true;
    const nextOffsets = new Map(lanes.map((lane) => [lane.partition, lane.indexedTo]));
    const admission = admit({ calls, view, rule, nextOffsets, partitionOf });
    const { plan } = admission;
    // Admitted whole and in order, the plan has every record where it was reserved.
    if (reserved && plan.length !== records.length) throw new NotNew();
    if (needsProof(admission, calls)) await prove(writer, lanes, expiresAt);
    if (!reserved && !(await reserveReceipts(client, plan.map(toReceipt)))) throw new RoundConflict('raced');
    const batches = plan.length === 0 ? [] : clampTimes(lanes, await write(writer, client, plan, expiresAt));
    const embedded = writer.ends === null;
    const progress = progressOf(lanes, plan, batches);
    const changes = { states: view.changedStates(), batches, lanes: progress, embedded };
    const settle = () => {
      answer(dependencies.metrics, calls, admission, batches);
      if (batches.length > 0) dependencies.onWritten();
      onAnswered();
      return plan.length;
    };
    if (plan.length === 0) return { result: settle, changes: null };
    // Rows of ours are stored once they are committed; what stands in a log of its own, whatever becomes of its index.
    if (embedded) return { result: settle, changes };
    return { result: () => plan.length, changes, onCommitting: settle };
  });
  return result();
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

/** Where all these records go if every one of them is admitted. */
function placeAll(records: readonly AppendRecord[], partitionOf: (subject: string) => number): Presumed[] {
  const places = new Map<number, number>();
  return records.map(({ source, id, hash, subject }) => {
    const partition = partitionOf(subject);
    const nth = places.get(partition) ?? 0;
    places.set(partition, nth + 1);
    return { source, id, hash, partition, nth };
  });
}

const lanesOf = (calls: readonly PendingCall[]): number[] =>
  [...new Set(calls.flatMap((call) => call.partitions))].toSorted((a, b) => a - b);

const toReceipt = ({ record: { source, id, hash }, partition, offset }: Planned): Reservation => ({
  source,
  id,
  hash,
  partition,
  offset,
});

/**
 * A record that lands where it was promised proves that its partition's index was complete. A refusal writes nothing,
 * and a related subject's partition may not be written to: those ask the log itself.
 */
function needsProof<R>(admission: Admission<R>, calls: readonly PendingCall[]): boolean {
  if (admission.restsOnAbsence) return true;
  const written = new Set(admission.plan.map(({ partition }) => partition));
  return calls.some((call) => call.relatedPartitions.some((partition) => !written.has(partition)));
}

/** That the index was complete: the log ends where these lanes do. */
export async function prove(writer: LaneWriter, lanes: readonly Lane[], expiresAt: number): Promise<void> {
  const ends = await writer.ends?.(expiresAt);
  if (ends && lanes.some((lane) => (ends[lane.partition] ?? 0) !== lane.indexedTo))
    throw new RoundConflict('stale-index');
}

async function write(
  writer: LaneWriter,
  client: pg.PoolClient,
  plan: readonly Planned[],
  expiresAt: number,
): Promise<readonly WrittenBatch[]> {
  for (const { call, index, partition, offset } of plan) {
    call.attempts[index]?.push({ partition, offset });
  }
  const byPartition = Map.groupBy(plan, ({ partition }) => partition);
  const batches = [...byPartition].map(([partition, planned]): PlannedBatch => {
    return { partition, offset: planned[0]?.offset ?? 0, records: planned.map(({ record }) => record) };
  });
  const result = await writer.write(client, batches, expiresAt);
  if (result.status === 'written') return result.batches;
  const refuted = new Map(result.refuted.map((batch) => [batch.partition, batch.offset]));
  for (const { call, index, partition, offset } of plan) {
    if (offset >= (refuted.get(partition) ?? Number.POSITIVE_INFINITY)) call.attempts[index]?.pop();
  }
  throw new RoundConflict('displaced');
}

/** A broker's clock may be set back; the times of a partition never fall. */
function clampTimes(lanes: readonly Lane[], batches: readonly WrittenBatch[]): WrittenBatch[] {
  const last = new Map(lanes.map((lane) => [lane.partition, lane.lastRecordedAt ?? '']));
  return batches.map((batch) => {
    const before = last.get(batch.partition) ?? '';
    const recordedAt = batch.recordedAt < before ? before : batch.recordedAt;
    last.set(batch.partition, recordedAt);
    return { ...batch, recordedAt };
  });
}

function progressOf(lanes: readonly Lane[], plan: readonly Planned[], batches: readonly WrittenBatch[]) {
  const last = new Map(plan.map(({ partition, offset }) => [partition, offset]));
  const times = new Map(batches.map(({ partition, recordedAt }) => [partition, recordedAt]));
  return lanes.flatMap(({ partition }) => {
    const offset = last.get(partition);
    return offset === undefined ? [] : [{ partition, indexedTo: offset + 1, recordedAt: times.get(partition) ?? null }];
  });
}

function answer<R>(
  metrics: LogMetrics,
  calls: readonly PendingCall<unknown, R>[],
  admission: Admission<R>,
  batches: readonly WrittenBatch[],
): void {
  const recordedAt = (partition: number, offset: number): string => {
    const batch = batches.findLast((one) => one.partition === partition && one.offset <= offset);
    if (!batch) throw new Error(`no time for offset ${offset} of partition ${partition}`);
    return batch.recordedAt;
  };
  const counts = new Map<AppendOutcome['status'], number>();
  for (const [index, call] of calls.entries()) {
    const outcomes = (admission.decisions[index] ?? []).map((decision): AppendOutcome<R> => {
      if ('outcome' in decision) return decision.outcome;
      const { partition, offset } = decision.of;
      return { status: decision.status, partition, offset, recordedAt: recordedAt(partition, offset) };
    });
    call.resolve(outcomes);
    for (const { status } of outcomes) counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  for (const [status, records] of counts) metrics.countOutcome(status, records);
}

/** null for what is no fault of the log's: tried again at once. */
export function toFault(error: unknown): LogFault | null {
  if (error instanceof RoundConflict || error instanceof IndexMissing) return null;
  if (error instanceof LogFault) return error;
  const retryable = isRetryable(error);
  const message = retryable ? 'the database of the log cannot be reached' : 'the log failed';
  return new LogFault('log-unavailable', message, { retryable, cause: error });
}
