/** A journal with many events and nothing else, written by the projector's own statements: for measurements of reading. */
import { createPool, withTransaction } from '@ledgerline/database';
import { decodeEvent } from '@ledgerline/events';
import { partitionOf } from '@ledgerline/log';
import {
  createViewTransaction,
  ensureGeneration,
  migrateProjection,
  type ProjectedEvent,
} from '@ledgerline/projection';
import { journalView } from '@ledgerline/projector-journal';
import { generateEvents } from '@ledgerline/testkit';
import type { Pool } from 'pg';
import { partitions, quietLogger } from './rig.ts';

const logId = '22222222-2222-4222-8222-222222222222';
const perTransaction = 2_000;

/** Appended a millisecond apart. */
export async function fillJournal(databaseUrl: string, count: number): Promise<void> {
  const pool = createPool({ connection: databaseUrl, applicationName: 'bench', max: 2 }, quietLogger);
  await migrateProjection(pool);
  const ensured = await ensureGeneration(pool, journalView, { logId, partitions });
  if (ensured.kind !== 'usable') throw new Error(`the journal is ${ensured.kind}`);
  const next = Array.from({ length: partitions }, () => 0);
  let clock = Date.parse('2026-01-01T00:00:00Z');
  let waiting: ProjectedEvent[] = [];
  for (const recorded of generateEvents({ count })) {
    const decoded = decodeEvent(recorded);
    if (!decoded.ok) throw new Error('an event is not valid');
    const partition = partitionOf(decoded.event.subject, partitions);
    const offset = next[partition] ?? 0;
    next[partition] = offset + 1;
    clock += 1;
    waiting.push({
      event: decoded.event,
      raw: JSON.stringify(recorded),
      recorded,
      partition,
      offset,
      recordedAt: new Date(clock).toISOString(),
    });
    if (waiting.length < perTransaction) continue;
    await write(pool, ensured.generation.schema, waiting);
    waiting = [];
  }
  await write(pool, ensured.generation.schema, waiting);
  await pool.query(
    `update projection.checkpoints set next_offset = ($1::bigint[])[partition + 1] where view = 'journal'`,
    [next],
  );
  await pool.query(`vacuum analyze ${ensured.generation.schema}.events`);
  await pool.end();
}

async function write(pool: Pool, schema: string, events: readonly ProjectedEvent[]): Promise<void> {
  await withTransaction(pool, async (client) => {
    for (const [partition, ofIt] of Map.groupBy(events, (event) => event.partition)) {
      const tx = createViewTransaction(client, 'journal', schema);
      const write = await journalView.prepare({ partition, events: ofIt }, tx);
      await write();
    }
  });
}
