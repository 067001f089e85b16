/** A view under test: a database of its own, the real runner, and a feed to give it events. */
import { type FreshDatabase, freshDatabase, type Teardown } from '@ledgerline/testkit';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { createProjection, dumpView, type Projection, type ProjectionOptions, type View } from '../src/index.ts';
import { createFeedLog, type FeedLog } from './feed-log.ts';

export type RunningView = {
  readonly feed: FeedLog;
  readonly database: FreshDatabase;
  readonly pool: Pool;
  readonly projection: Projection;
  readonly registry: Registry;
  /** The rows of one table of generation 1, as objects with PostgreSQL's column names, in the order of its first columns. */
  rows<Row = Record<string, unknown>>(table: string): Promise<Row[]>;
  dump(generation?: number): Promise<string[]>;
};

type Options = Partial<Pick<ProjectionOptions, 'decode' | 'chunkLimits'>> & {
  readonly feed?: FeedLog;
  readonly database?: FreshDatabase;
};

/** Resolves when the view has subscribed to the feed; stopped with the test. */
export async function runView(t: Teardown, view: View, options: Options = {}): Promise<RunningView> {
  const { feed = createFeedLog(), database = await freshDatabase(t), ...rest } = options;
  const { pool } = database;
  const registry = new Registry();
  const logger = pino({ level: 'silent' });
  const projection = createProjection({ view, log: feed.log, pool, logger, registry, ...rest });
  t.teardown(() => projection.stop());
  projection.start();
  await Promise.race([feed.subscribed(), projection.ended]);
  const dump = async (generation = 1) => await dumpOf(pool, view, generation);
  const rows = async <Row>(table: string): Promise<Row[]> => {
    const { schema } = projection.state().generation ?? { schema: `${view.name}_g1` };
    const sorted = `select * from ${schema}.${table} order by 1, 2, 3`;
    const result = await pool.query<{ row: Row }>(`select to_jsonb(r) as row from (${sorted}) r`);
    return result.rows.map(({ row }) => row);
  };
  return { feed, database, pool, projection, registry, rows, dump };
}

export async function dumpOf(pool: Pool, view: View, generation = 1): Promise<string[]> {
  const lines: string[] = [];
  for await (const { table, row } of dumpView(pool, view.name, generation)) lines.push(`${table} ${row}`);
  return lines;
}
