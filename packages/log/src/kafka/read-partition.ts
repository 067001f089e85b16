/**
 * Reading the topic as the port has it: a range, or on and on. Times never fall within what one reader is given, offsets
 * never jump: an offset that is not in the log is a fault, never a reason to begin elsewhere.
 */
import { createBackoff } from '../backoff.ts';
import type { LogMetrics } from '../metrics.ts';
import type { LogBatch, LogRecord } from '../port.ts';
import { LogFault } from '../port.ts';
import { unlessAborted } from '../unless-aborted.ts';
import type { KafkaConnection } from './connection.ts';
import { typeOf, unsuitable } from './faults.ts';
import type { FetchedPartition } from './fetched-partition.ts';

const RANGE_MAX_BYTES = 4 * 1024 * 1024;
const RANGE_MAX_WAIT_MS = 100;
const FOLLOW_MAX_WAIT_MS = 500;
/** A new leader may know of fewer records for a moment; longer than this it is the log that is shorter. */
const OUT_OF_RANGE_PATIENCE_MS = 3_000;
const MAX_PAUSE_MS = 500;
/** The broker always gives the first batch, however large it is. */
const ONE_BATCH_BYTES = 1;

/** [from, to) in batches. Rejects with `log-unsuitable` where a part of it is not in the log. */
export async function* readRange(
  connection: KafkaConnection,
  metrics: LogMetrics,
  range: { readonly partition: number; readonly from: number; readonly to: number; readonly maxRecords: number },
): AsyncGenerator<LogBatch> {
  const { partition, to, maxRecords } = range;
  const toBatches = createBatcher(metrics, partition, maxRecords);
  let next = range.from;
  let stuckSince: number | null = null;
  while (next < to) {
    const fetched = await fetchInRange(connection, {
      partition,
      offset: next,
      maxWaitMs: RANGE_MAX_WAIT_MS,
      maxBytes: RANGE_MAX_BYTES,
    });
    if (fetched.next === next) {
      stuckSince ??= Date.now();
      if (Date.now() - stuckSince > OUT_OF_RANGE_PATIENCE_MS) throw await notReadable(connection, partition, next, to);
      continue;
    }
    stuckSince = null;
    yield* toBatches(next, clip(fetched, to));
    next = fetched.next;
  }
}

/**
 * From `from` on, waiting at the end; fetches ahead while a batch is handled. Ends without an error when aborted.
 * `maxBytes` is asked anew for every fetch.
 */
export async function* followPartition(
  connection: KafkaConnection,
  metrics: LogMetrics,
  start: {
    readonly partition: number;
    readonly from: number;
    readonly maxRecords: number;
    readonly maxBytes: () => number;
  },
  signal: AbortSignal,
): AsyncGenerator<LogBatch> {
  const { partition, maxRecords, maxBytes } = start;
  const toBatches = createBatcher(metrics, partition, maxRecords);
  const fetchFrom = (offset: number) => {
    const fetching = fetchInRange(connection, {
      partition,
      offset,
      maxWaitMs: FOLLOW_MAX_WAIT_MS,
      maxBytes: maxBytes(),
    });
    // It may fail while its predecessor is still handled, or after the reader has left.
    fetching.catch(() => undefined);
    return fetching;
  };
  let next = start.from;
  let fetching = fetchFrom(next);
  while (!signal.aborted) {
    const fetched = await unlessAborted(fetching, signal);
    if (fetched === null) return;
    fetching = fetchFrom(fetched.next);
    if (fetched.next > next) yield* toBatches(next, fetched);
    next = fetched.next;
  }
}

async function fetchInRange(
  connection: KafkaConnection,
  request: Parameters<KafkaConnection['fetch']>[0],
): Promise<FetchedPartition> {
  const backoff = createBackoff(MAX_PAUSE_MS);
  const patientUntil = Date.now() + OUT_OF_RANGE_PATIENCE_MS;
  let { maxBytes } = request;
  for (;;) {
    try {
      return await connection.fetch({ ...request, maxBytes });
    } catch (error) {
      const unreadable = notImplemented(error);
      if (unreadable !== null && maxBytes === ONE_BATCH_BYTES) throw compressed(request, unreadable);
      // What stands before such a batch can be read: batch by batch.
      if (unreadable !== null) maxBytes = ONE_BATCH_BYTES;
      else if (typeOf(error) !== 'OFFSET_OUT_OF_RANGE') throw error;
      else if (Date.now() > patientUntil) throw await outOfRange(connection, request.partition, request.offset);
      else await backoff.pause();
    }
  }
}

/** What kafkajs says it can't do; null for every other fault. */
function notImplemented(error: unknown): string | null {
  const { cause } = error instanceof LogFault ? error : { cause: error };
  return cause instanceof Error && cause.name === 'KafkaJSNotImplemented' ? cause.message : null;
}

function compressed({ partition, offset }: { partition: number; offset: number }, reason: string): LogFault {
  return unsuitable(
    `the batch at offset ${offset} of partition ${partition} can't be read (${reason}): another producer wrote it while the topic's compression.type was not "uncompressed"`,
  );
}

async function outOfRange(connection: KafkaConnection, partition: number, offset: number): Promise<LogFault> {
  const [starts, ends] = await Promise.all([connection.starts(), connection.ends()]);
  return unsuitable(
    `offset ${offset} of partition ${partition} is not in the log, which holds ${starts[partition]} to ${ends[partition]}: it was truncated, cut off or made anew`,
  );
}

async function notReadable(
  connection: KafkaConnection,
  partition: number,
  from: number,
  to: number,
): Promise<LogFault> {
  const end = (await connection.ends())[partition] ?? 0;
  if (end < to) {
    return unsuitable(
      `offset ${to} of partition ${partition} is beyond the log's end, ${end}: it was truncated or made anew`,
    );
  }
  const message = `partition ${partition} can't be read beyond offset ${from}: another producer's transaction is open`;
  return new LogFault('log-unavailable', message, { retryable: true });
}

const clip = (fetched: FetchedPartition, to: number): FetchedPartition =>
  fetched.next <= to ? fetched : { ...fetched, next: to, records: fetched.records.filter(({ offset }) => offset < to) };

/** Cuts what was fetched into batches of the size asked for; the last one goes as far as the fetch did. */
function createBatcher(metrics: LogMetrics, partition: number, maxRecords: number) {
  let lastRecordedAt = '';
  const risingTime = (record: LogRecord): LogRecord => {
    if (record.recordedAt < lastRecordedAt) return { ...record, recordedAt: lastRecordedAt };
    lastRecordedAt = record.recordedAt;
    return record;
  };
  return function* (from: number, { records, next, end, voids }: FetchedPartition): Generator<LogBatch> {
    if (voids > 0) metrics.countVoid(voids);
    let start = from;
    for (let at = 0; at === 0 || at < records.length; at += maxRecords) {
      const slice = records.slice(at, at + maxRecords).map(risingTime);
      const last = at + maxRecords >= records.length;
      const sliceNext = last ? next : (slice.at(-1)?.offset ?? start) + 1;
      yield { partition, from: start, next: sliceNext, end, records: slice };
      start = sliceNext;
    }
  };
}
