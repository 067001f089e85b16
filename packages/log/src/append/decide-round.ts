/**
 * What a round decides once the lanes are its own: what becomes of each record, where it goes, and what the index is to say
 * of it. Writes the log; the index is its caller's to record.
 */

import type { TripResult } from '@ledgerline/database';
import type pg from 'pg';
import type { LogMetrics } from '../metrics.ts';
import type { AppendOutcome, AppendRecord, SubjectRule } from '../port.ts';
import { type Admission, admit, type Planned } from './admission.ts';
import { NotNew } from './expectation.ts';
import { type Changes, loadReserved, type Reservation, reserveReceipts } from './index-store.ts';
import type { IndexView } from './index-view.ts';
import type { Lane, LaneWriter, PlannedBatch, WrittenBatch } from './lane-writer.ts';
import type { PendingCall } from './pending-call.ts';
import { RoundConflict } from './round-conflict.ts';

export type Deciding<E, S, R> = {
  readonly rule: SubjectRule<E, S, R>;
  readonly writer: LaneWriter;
  readonly metrics: LogMetrics;
  readonly partitionOf: (subject: string) => number;
  /** Something new is in the log. */
  readonly onWritten: () => void;
};

export type Round<E, R> = {
  /** Not settled when the round began. */
  readonly open: readonly PendingCall<E, R>[];
  readonly records: readonly AppendRecord<E>[];
  readonly expiresAt: number;
  readonly onAnswered: () => void;
};

/** What the round stands on. */
export type Ground<S> = {
  readonly client: pg.PoolClient;
  readonly lanes: readonly Lane[];
  /** With the states of the subjects; where nothing was reserved, with the receipts of the ids too. */
  readonly view: IndexView<S>;
  /** Of reserve-new.sql. */
  readonly reserved: TripResult | undefined;
};

export type Decided = {
  /** null where nothing was written. */
  readonly changes: Changes | null;
  /** Settles every call, and gives the number of records written. */
  readonly settleAll: () => number;
};

/** Rejects with `NotNew` where ids were taken to be new and are not, `RoundConflict` where the index is behind the log. */
export async function decideRound<E, S, R>(
  { rule, writer, partitionOf, metrics, onWritten }: Deciding<E, S, R>,
  { open, records, expiresAt, onAnswered }: Round<E, R>,
  { client, lanes, view, reserved }: Ground<S>,
): Promise<Decided> {
  if (lanes.some((lane) => lane.writtenTo > lane.indexedTo)) throw new RoundConflict('stale-index');
  // A call that expired while we waited was told that nothing was stored: from here on it would be told otherwise.
  const calls = open.filter((call) => !call.settled);
  if (reserved && (loadReserved(view, reserved) !== records.length || calls.length !== open.length)) throw new NotNew();
  for (const call of calls) call.attempted = true;
  const nextOffsets = new Map(lanes.map((lane) => [lane.partition, lane.indexedTo]));
  const admission = admit({ calls, view, rule, nextOffsets, partitionOf });
  const { plan } = admission;
  // Admitted whole and in order, the plan has every record where it was reserved.
  if (reserved && plan.length !== records.length) throw new NotNew();
  if (needsProof(admission, calls)) await prove(writer, lanes, expiresAt);
  if (!reserved && !(await reserveReceipts(client, plan.map(toReceipt)))) throw new RoundConflict('raced');
  const batches = plan.length === 0 ? [] : clampTimes(lanes, await write(writer, client, plan, expiresAt));
  const settleAll = () => {
    answer(metrics, calls, admission, batches);
    if (batches.length > 0) onWritten();
    onAnswered();
    return plan.length;
  };
  if (plan.length === 0) return { changes: null, settleAll };
  const states = new Map(view.changedStates());
  const changes = { states, batches, lanes: progressOf(lanes, plan, batches), embedded: writer.ends === null };
  return { changes, settleAll };
}

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
