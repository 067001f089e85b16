/**
 * Indexes what stands in the log beyond its index: at start, after a fault, and where another producer has written.
 * In batches of one transaction each, so that an index dropped whole is made again, and an interruption costs one batch.
 */
import type pg from 'pg';
import type { LogMetrics } from '../metrics.ts';
import type { LogBatch, LogRecord, Offsets, SubjectRule } from '../port.ts';
import { LogFault } from '../port.ts';
import { lookUp, reserveReceipts } from './index-store.ts';
import { IndexView } from './index-view.ts';
import { withLanes } from './lane-transaction.ts';
import type { WrittenBatch } from './lane-writer.ts';
import { RoundConflict } from './round-conflict.ts';

const RECORDS_PER_TRANSACTION = 1_000;
const TIMEOUTS = { lockMs: 5_000, idleMs: 15_000 };

export type Indexing<E, S, R> = {
  readonly pool: pg.Pool;
  readonly rule: SubjectRule<E, S, R>;
  readonly synchronousCommit: 'on' | 'off';
  readonly embedded: boolean;
  readonly metrics: LogMetrics;
  readonly ends: () => Promise<Offsets>;
  readonly read: (partition: number, from: number, to: number, maxRecords: number) => AsyncIterable<LogBatch>;
};

/**
 * Brings one partition's index to `end` at least. Rejects with `log-unsuitable` where the index is already further:
 * the log was cut off behind it.
 */
export async function indexPartition<E, S, R>(
  indexing: Indexing<E, S, R>,
  logId: string,
  partition: number,
  end: number,
  onStart?: (records: number) => void,
): Promise<void> {
  let from = await indexedTo(indexing.pool, logId, partition);
  // Behind the index's back only a fault shortens a log; a moment ago another process may have lengthened it.
  if (from > end && !(await reaches(indexing, partition, from))) throw truncated(partition, from, end);
  onStart?.(Math.max(0, end - from));
  while (from < end) from = await indexFrom(indexing, logId, partition, from, end);
}

async function reaches(
  indexing: { readonly ends: () => Promise<Offsets> },
  partition: number,
  offset: number,
): Promise<boolean> {
  return ((await indexing.ends())[partition] ?? 0) >= offset;
}

function truncated(partition: number, indexed: number, end: number): LogFault {
  const message = `partition ${partition} of the log ends at ${end}, but held ${indexed} records before: it was truncated or made anew`;
  return new LogFault('log-unsuitable', message, { retryable: false });
}

async function indexedTo(pool: pg.Pool, logId: string, partition: number): Promise<number> {
  const lock = { logId, partitions: [partition], synchronousCommit: 'off', ...TIMEOUTS } as const;
  return await withLanes(pool, lock, null, async (_client, [lane]) => ({
    result: lane?.indexedTo ?? 0,
    changes: null,
  }));
}

/** Indexes the batches from `from` on, as long as nobody else does: then where that one is now. */
async function indexFrom<E, S, R>(
  indexing: Indexing<E, S, R>,
  logId: string,
  partition: number,
  from: number,
  end: number,
): Promise<number> {
  let reached = from;
  for await (const batch of indexing.read(partition, from, end, RECORDS_PER_TRANSACTION)) {
    const after = await indexBatch(indexing, logId, batch);
    if (after !== batch.next) return after;
    reached = after;
  }
  return reached;
}

async function indexBatch<E, S, R>(indexing: Indexing<E, S, R>, logId: string, batch: LogBatch): Promise<number> {
  const { pool, rule, metrics, embedded, synchronousCommit } = indexing;
  const lock = { logId, partitions: [batch.partition], synchronousCommit, ...TIMEOUTS };
  return await withLanes(pool, lock, null, async (client, [lane]) => {
    if (!lane || lane.indexedTo !== batch.from) return { result: lane?.indexedTo ?? batch.from, changes: null };
    const found = batch.records.flatMap((record) => decodeFound(record, rule));
    const view = new IndexView<S>();
    await lookUp(
      client,
      view,
      found.map(({ record }) => record),
      [...new Set(found.flatMap(({ record }) => [record.subject, ...rule.related(record.event)]))],
    );
    const receipts = [];
    for (const { record, offset, recordedAt } of found) {
      // Of two records with one id the first counts; the other changes nothing, here as in every view.
      if (view.receipt(record)) continue;
      const { source, id, hash } = record;
      const { partition } = batch;
      receipts.push({ source, id, hash, partition, offset });
      view.add(
        record,
        { partition, offset, hash, recordedAt },
        rule.evolve(view.stateOf(record.subject), record.event, view.stateOf),
      );
    }
    if (!(await reserveReceipts(client, receipts))) throw new RoundConflict('raced');
    const batches = batchesOf(batch, lane.lastRecordedAt);
    const recordedAt = batches.at(-1)?.recordedAt ?? lane.lastRecordedAt;
    const lanes = [{ partition: batch.partition, indexedTo: batch.next, recordedAt }];
    metrics.countIndexed(found.length);
    return { result: batch.next, changes: { states: new Map(view.changedStates()), batches, lanes, embedded } };
  });
}

function decodeFound<E, S, R>(record: LogRecord, rule: SubjectRule<E, S, R>) {
  const decoded = rule.decode(record.value.toString('utf8'));
  if (!decoded) return [];
  const { offset, recordedAt } = record;
  return [{ record: { ...decoded.record, content: '' }, offset, recordedAt }];
}

/** One for every change of time; times never fall. */
function batchesOf(batch: LogBatch, lastRecordedAt: string | null): WrittenBatch[] {
  const batches: WrittenBatch[] = [];
  let time = lastRecordedAt ?? '';
  for (const [index, { offset, recordedAt }] of batch.records.entries()) {
    if (index > 0 && recordedAt <= time) continue;
    time = recordedAt > time ? recordedAt : time;
    batches.push({ partition: batch.partition, offset, recordedAt: time });
  }
  return batches;
}
