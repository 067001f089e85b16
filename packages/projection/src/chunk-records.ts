/**
 * A batch of the log in pieces of one transaction each: large enough to spread the commit's cost, small enough that
 * a lost piece is cheap to do again and that no statement's parameter grows with the batch.
 */
import type { LogBatch, LogRecord } from '@ledgerline/log';

export type Chunk = {
  readonly partition: number;
  readonly from: number;
  /** Where the checkpoint goes: past what the log left out as well. */
  readonly next: number;
  readonly records: readonly LogRecord[];
  readonly isLast: boolean;
};

export type ChunkLimits = { readonly maxRecords: number; readonly maxBytes: number };

/** Throughput is flat between 500 and 1,000 records a transaction (docs/decisions/0006). */
export const defaultChunkLimits: ChunkLimits = { maxRecords: 500, maxBytes: 4 * 1024 * 1024 };

/** At least one chunk, also for a batch without records: the checkpoint moves all the same. */
export function* chunkRecords(batch: LogBatch, limits: ChunkLimits = defaultChunkLimits): Generator<Chunk> {
  let from = batch.from;
  let records: LogRecord[] = [];
  let bytes = 0;
  for (const record of batch.records) {
    const isFull = records.length >= limits.maxRecords || bytes + record.value.length > limits.maxBytes;
    if (isFull && records.length > 0) {
      yield { partition: batch.partition, from, next: record.offset, records, isLast: false };
      from = record.offset;
      records = [];
      bytes = 0;
    }
    records.push(record);
    bytes += record.value.length;
  }
  yield { partition: batch.partition, from, next: batch.next, records, isLast: true };
}
