/**
 * What a round needs of an adapter: to write batches at the offsets that were promised, or to say that it could not.
 */
import type { PoolClient } from 'pg';
import type { AppendRecord, Offsets } from '../port.ts';
import type { Place } from './pending-call.ts';

export type Lane = {
  readonly partition: number;
  /** Everything before this offset is indexed. */
  readonly indexedTo: number;
  /** Embedded log only: the partition's end. */
  readonly writtenTo: number;
  /** Of the record before `indexedTo`; null where there was none. */
  readonly lastRecordedAt: string | null;
};

/** Records of one partition that go to `offset`, `offset + 1`, … or nowhere. */
export type PlannedBatch = {
  readonly partition: number;
  readonly offset: number;
  readonly records: readonly AppendRecord[];
};

/** Records from `offset` on have this time, up to the partition's next batch. */
export type WrittenBatch = { readonly partition: number; readonly offset: number; readonly recordedAt: string };

export type WriteResult =
  | { readonly status: 'written'; readonly batches: readonly WrittenBatch[] }
  /**
   * Something else stands at an offset that was promised: the log is further than its index says. What was written
   * beside it is in the log all the same, and found there by indexing. `refuted`: where batches were to begin that have
   * certainly never landed there, so that what stands there is another's.
   */
  | { readonly status: 'displaced'; readonly refuted: readonly Place[] };

export type LaneWriter = {
  readonly adapter: 'postgres' | 'kafka';
  /** For a log whose index can be derived again, its transactions need not wait for the disk. */
  readonly synchronousCommit: 'on' | 'off';
  /**
   * Writes inside the round's transaction (embedded) or beside it (Kafka). Rejects with a retryable `LogFault` where
   * the outcome is not known by `expiresAt` (epoch ms); writing the same at the same offsets again is safe.
   */
  write(client: PoolClient, batches: readonly PlannedBatch[], expiresAt: number): Promise<WriteResult>;
  /** The log's own ends, to compare the index with; null where the lanes themselves are the log (embedded). */
  ends: ((expiresAt: number) => Promise<Offsets>) | null;
};
