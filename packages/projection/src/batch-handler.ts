/**
 * What the subscription calls: where a partition starts, and what becomes of a batch. Each partition's batches must
 * follow on without a gap: whatever else comes is refused, and the adapter asks anew where to start.
 */
import type { EventLog, LogBatch } from '@ledgerline/log';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { applyChunk, type Cursor } from './apply-chunk.ts';
import { FencedError, takeCheckpoint } from './checkpoint.ts';
import { type ChunkLimits, chunkRecords } from './chunk-records.ts';
import type { DecodeContext } from './decode-record.ts';
import type { Generation } from './generation.ts';
import { type LogGuard, otherLog, refuseEndBefore, WrongLog } from './log-guard.ts';
import type { ProjectionMetrics } from './metrics.ts';
import { createSlots } from './slots.ts';
import type { View } from './view.ts';

export type BatchHandler = {
  startOf(partition: number): Promise<number>;
  handle(batch: LogBatch, signal: AbortSignal): Promise<void>;
  /** The partitions held from now on: what the others suffer from is no longer told here. */
  assigned(partitions: readonly number[]): void;
  /** Why partitions can't go on now, one sentence each; empty when all is well. */
  troubles(): readonly string[];
  /** The epoch of each partition that goes on, for who writes to it besides. */
  epochs(): ReadonlyMap<number, number>;
};

type Options = {
  readonly view: View;
  readonly generation: Generation;
  readonly pool: Pool;
  readonly log: Pick<EventLog, 'describe' | 'ends'>;
  readonly guard: Pick<LogGuard, 'confirm'>;
  readonly decoding: DecodeContext;
  readonly chunkLimits?: ChunkLimits | undefined;
  readonly metrics: ProjectionMetrics;
  readonly logger: Logger;
};

/** Of a process: one partition's chunk is decoded while others' are being written (docs/decisions/0006). */
const chunksAtOnce = 4;

export function createBatchHandler(options: Options): BatchHandler {
  const { generation, metrics, logger } = options;
  const slots = createSlots(chunksAtOnce);
  const cursors = new Map<number, Cursor>();
  const troubles = new Map<number, { readonly inBatch: boolean; readonly reason: string }>();

  /**
   * Keeps the reason for health until the partition goes on: a good start is no proof that a failing batch will pass.
   * Being fenced is no trouble: somebody else goes on.
   */
  const watched = async <T>(partition: number, step: 'start' | 'batch', work: () => Promise<T>): Promise<T> => {
    try {
      const result = await work();
      if (step === 'batch' || troubles.get(partition)?.inBatch === false) troubles.delete(partition);
      return result;
    } catch (error) {
      cursors.delete(partition);
      if (error instanceof FencedError) {
        metrics.fenced();
        logger.warn({ partition, generation: generation.generation }, error.message);
      } else if (!(error instanceof Interrupted)) {
        const reason = `partition ${partition}: ${error instanceof Error ? error.message : String(error)}`;
        troubles.set(partition, { inBatch: step === 'batch' && !(error instanceof OutOfStep), reason });
        logger.error({ err: error, partition, generation: generation.generation }, 'a batch could not be applied');
      }
      throw error;
    }
  };

  return {
    startOf: (partition) =>
      watched(partition, 'start', async () => {
        const cursor = await findStart(options, partition);
        cursors.set(partition, cursor);
        return cursor.next;
      }),

    handle: (batch, signal) =>
      watched(batch.partition, 'batch', async () => {
        let cursor = cursors.get(batch.partition);
        if (cursor === undefined || cursor.next !== batch.from) throw new OutOfStep(batch, cursor);
        for (const chunk of chunkRecords(batch, options.chunkLimits)) {
          const from = cursor;
          const outcome = await slots.run(async () => {
            // After this the partition may be another's; what is under way is left to the compare-and-set.
            if (signal.aborted) throw new Interrupted();
            await options.guard.confirm();
            const stopTimer = metrics.startBatch();
            const applied = await applyChunk(options, from, chunk);
            stopTimer();
            return applied;
          });
          cursor = outcome.cursor;
          cursors.set(batch.partition, cursor);
          metrics.applied(batch.partition, outcome, batch.end);
          for (const { record, reason, message } of outcome.parked) {
            logger.warn(
              { partition: record.partition, offset: record.offset, reason, detail: message },
              'a record was parked',
            );
          }
        }
      }),

    assigned(partitions) {
      metrics.assigned(partitions);
      for (const known of [troubles, cursors]) {
        for (const partition of known.keys()) if (!partitions.includes(partition)) known.delete(partition);
      }
    },

    troubles: () => [...troubles.values()].map((trouble) => trouble.reason),

    epochs: () => new Map([...cursors].map(([partition, { epoch }]) => [partition, epoch])),
  };
}

/** Gains the partition. Refuses a log that isn't the checkpoint's: another one, or the same cut short. */
async function findStart({ pool, generation, log, metrics }: Options, partition: number): Promise<Cursor> {
  const { view } = generation;
  const { logId } = await log.describe();
  const checkpoint = await takeCheckpoint(pool, generation, partition);
  if (checkpoint === undefined) throw new WrongLog(`${view} has no checkpoint for this partition`);
  if (checkpoint.logId !== logId) throw otherLog(generation, checkpoint.logId, logId);
  // After the checkpoint was read: ends only grow.
  refuseEndBefore(view, partition, checkpoint.next, (await log.ends())[partition] ?? 0);
  metrics.parkedIn(partition, checkpoint.parked);
  return { next: checkpoint.next, lastRecordedAt: checkpoint.lastRecordedAt, epoch: checkpoint.epoch };
}

/** A batch that doesn't begin where the last one ended: delivered again, or with records missing before it. */
class OutOfStep extends Error {
  constructor(batch: LogBatch, cursor: Cursor | undefined) {
    super(`a batch from offset ${batch.from} came where ${cursor?.next ?? 'no batch'} was due`);
    this.name = 'OutOfStep';
  }
}

/** The partition was taken away between two chunks. */
class Interrupted extends Error {
  constructor() {
    super('stopped between two chunks');
    this.name = 'Interrupted';
  }
}
