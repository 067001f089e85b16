/**
 * The views over generated events, filled by the projectors' own `apply` in large transactions: what a log of that many
 * events makes of them, without a broker and in less than a minute.
 */
import { withTransaction } from '@ledgerline/database';
import { decodeEvent } from '@ledgerline/events';
import { partitionOf } from '@ledgerline/log';
import {
  createViewTransaction,
  ensureGeneration,
  migrateProjection,
  type ProjectedEvent,
  schemaOf,
  type View,
} from '@ledgerline/projection';
import { journalView } from '@ledgerline/projector-journal';
import { statisticsView } from '@ledgerline/projector-statistics';
import { timelineView } from '@ledgerline/projector-timeline';
import { generateEvents } from '@ledgerline/testkit';
import type { Pool } from 'pg';

const views: readonly View[] = [journalView, timelineView, statisticsView];
const partitions = 8;
const batchSize = 2_000;
const logId = '33333333-3333-4333-8333-333333333333';
const firstAppend = Date.UTC(2026, 0, 1);
const mix = { corrections: 0.1, links: 0.05, statusChanges: 0.03, retractions: 0.01 };

/** Empty database in, live generations out; ends with `vacuum analyze`. */
export async function seedViews(pool: Pool, count: number): Promise<void> {
  await migrateProjection(pool);
  for (const view of views) await ensureGeneration(pool, view, { logId, partitions });
  const ends = Array.from({ length: partitions }, () => 0);
  let batches: ProjectedEvent[][] = ends.map(() => []);
  let gathered = 0;
  const flush = async () => {
    await Promise.all(batches.map((events, partition) => applyAll(pool, partition, events)));
    batches = ends.map(() => []);
    gathered = 0;
  };
  for (const [index, json] of [...generateEvents({ count, ...mix })].entries()) {
    const partition = partitionOf(json.subject, partitions);
    const offset = ends[partition] ?? 0;
    ends[partition] = offset + 1;
    batches[partition]?.push(toProjected(json, { partition, offset, index }));
    gathered += 1;
    if (gathered === batchSize * partitions) await flush();
  }
  await flush();
  await pool.query('vacuum analyze');
}

function toProjected(
  json: Readonly<Record<string, unknown>>,
  { partition, offset, index }: { partition: number; offset: number; index: number },
): ProjectedEvent {
  const decoded = decodeEvent(json);
  if (!decoded.ok) throw new Error(`not a valid event: ${JSON.stringify(decoded.errors)}`);
  const recordedAt = new Date(firstAppend + index).toISOString();
  return { event: decoded.event, raw: JSON.stringify(json), recorded: json, partition, offset, recordedAt };
}

async function applyAll(pool: Pool, partition: number, events: readonly ProjectedEvent[]): Promise<void> {
  for (const view of views) {
    const schema = schemaOf(view.name, 1);
    await withTransaction(pool, async (client) => {
      const write = await view.prepare({ partition, events }, createViewTransaction(client, view.name, schema));
      await write();
      await client.query(
        `update projection.checkpoints set next_offset = $3, last_recorded_at = $4
         where view = $1 and generation = 1 and partition = $2`,
        [view.name, partition, (events.at(-1)?.offset ?? -1) + 1, events.at(-1)?.recordedAt],
      );
    });
  }
}
