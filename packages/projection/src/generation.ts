/**
 * A view's generations: each build of its rows has a schema of its own, and one of them is live.
 * Several processes may start at once: the view's advisory lock lets one of them make the first generation.
 */
import { migrate, readSql, withTransaction } from '@ledgerline/database';
import type { LogDescription } from '@ledgerline/log';
import type { ClientBase, Pool } from 'pg';
import { bindSchema, schemaOf } from './bind-schema.ts';
import type { View, ViewName } from './view.ts';

export type GenerationState = 'building' | 'verifying' | 'ready' | 'live' | 'kept' | 'failed';

export type Generation = {
  readonly view: ViewName;
  readonly generation: number;
  readonly schema: string;
  /** The View.version that fills it. */
  readonly version: number;
};

export type EnsureOutcome =
  | { readonly kind: 'usable'; readonly generation: Generation }
  /** The live rows were made by another version of the view: only a rebuild makes them anew. */
  | { readonly kind: 'other-version'; readonly live: number; readonly wanted: number }
  /** The checkpoints are of another log, or of one with another number of partitions. */
  | { readonly kind: 'other-log'; readonly checkpoints: LogDescription; readonly log: LogDescription };

const sql = {
  lock: readSql(new URL('./sql/lock-view.sql', import.meta.url)),
  readLive: readSql(new URL('./sql/read-live-generation.sql', import.meta.url)),
  insert: readSql(new URL('./sql/insert-generation.sql', import.meta.url)),
  setLive: readSql(new URL('./sql/set-live-generation.sql', import.meta.url)),
  insertCheckpoints: readSql(new URL('./sql/insert-checkpoints.sql', import.meta.url)),
  readLog: readSql(new URL('./sql/read-log-of-generation.sql', import.meta.url)),
};

/** Brings schema `projection` up to date. Any process may, at any time. */
export async function migrateProjection(pool: Pool): Promise<void> {
  await migrate(pool, { schema: 'projection', folder: new URL('./sql/migrations/', import.meta.url) });
}

/** The view's live generation, made where there is none yet. Needs `migrateProjection` first. */
export async function ensureGeneration(pool: Pool, view: View, log: LogDescription): Promise<EnsureOutcome> {
  return await withTransaction(pool, async (client) => {
    await client.query(sql.lock, [view.name]);
    const live = await client.query<{ generation: number; version: number }>(sql.readLive, [view.name]);
    const [row] = live.rows;
    if (row === undefined) {
      const generation = await createGeneration(client, view, 1, 'live', log);
      await client.query(sql.setLive, [view.name, 1]);
      return { kind: 'usable', generation };
    }
    const generation = { view: view.name, schema: schemaOf(view.name, row.generation), ...row };
    const checkpoints = await readLogOf(client, generation);
    if (checkpoints.logId !== log.logId || checkpoints.partitions !== log.partitions) {
      return { kind: 'other-log', checkpoints, log };
    }
    return row.version === view.version
      ? { kind: 'usable', generation }
      : { kind: 'other-version', live: row.version, wanted: view.version };
  });
}

/** An empty generation: its schema with the view's tables, and a checkpoint at 0 for every partition. */
export async function createGeneration(
  client: ClientBase,
  view: View,
  generation: number,
  state: GenerationState,
  log: LogDescription,
): Promise<Generation> {
  const schema = schemaOf(view.name, generation);
  await client.query(`create schema ${schema}`);
  await client.query(bindSchema(view.tables, view.name, schema));
  await client.query(sql.insert, [view.name, generation, view.version, state]);
  await client.query(sql.insertCheckpoints, [view.name, generation, log.logId, log.partitions]);
  return { view: view.name, generation, schema, version: view.version };
}

async function readLogOf(client: ClientBase, { view, generation }: Generation): Promise<LogDescription> {
  const result = await client.query<{ log_id: string; partitions: number }>(sql.readLog, [view, generation]);
  const [row] = result.rows;
  if (row === undefined) throw new Error(`generation ${generation} of ${view} has no checkpoints`);
  return { logId: row.log_id, partitions: row.partitions };
}
