/**
 * Views built anew from a log that is there: into an empty database, partition by partition in an order of the test's
 * choosing, in batches of its choosing.
 */
import type { EventLog } from '@ledgerline/log';
import { createProjection, dumpView, type View } from '@ledgerline/projection';
import { journalView } from '@ledgerline/projector-journal';
import { statisticsView } from '@ledgerline/projector-statistics';
import { timelineView } from '@ledgerline/projector-timeline';
import type { FreshDatabase } from '@ledgerline/testkit';
import { pino } from 'pino';
import { Registry } from 'prom-client';

export const views: readonly View[] = [journalView, timelineView, statisticsView];

export type Delivery = {
  /** Ranks of the partitions: the lowest is read first. */
  readonly ranks: readonly number[];
  readonly batchSize: number;
};

/** Resolves when all three views hold the whole log. */
export async function rebuildViews(log: EventLog, into: FreshDatabase, delivery: Delivery): Promise<void> {
  for (const view of views) {
    const { promise: done, resolve, reject } = Promise.withResolvers<void>();
    const delivered = deliverInOrder(log, delivery, resolve);
    const logger = pino({ level: 'silent' });
    const projection = createProjection({ view, log: delivered, pool: into.pool, logger, registry: new Registry() });
    projection.ended.catch(reject);
    projection.start();
    await done;
    await projection.stop();
  }
}

/** All rows of generation 1, a line each. */
export async function dumpViews({ pool }: FreshDatabase): Promise<string[]> {
  const lines: string[] = [];
  for (const view of views) {
    for await (const { table, row } of dumpView(pool, view.name, 1)) lines.push(`${view.name}.${table} ${row}`);
  }
  return lines;
}

/** The log, read to its end and no further. */
function deliverInOrder(log: EventLog, { ranks, batchSize }: Delivery, onEnd: () => void): EventLog {
  return {
    ...log,
    async subscribe({ startOf, handle, onAssignment }) {
      const ends = await log.ends();
      const partitions = ends.map((_, partition) => partition);
      onAssignment?.(partitions);
      const deliver = async () => {
        for (const partition of partitions.toSorted((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0))) {
          const batches = log.read(partition, await startOf(partition), ends[partition] ?? 0, batchSize);
          for await (const batch of batches) await handle(batch, AbortSignal.timeout(30_000));
        }
        onEnd();
      };
      const stopped = Promise.withResolvers<void>();
      deliver().catch(stopped.reject);
      return { stop: async () => stopped.resolve(), ended: stopped.promise, assigned: () => partitions };
    },
  };
}
