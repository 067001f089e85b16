/** The live generation as a job sees it. */
import { readSql } from '@ledgerline/database';
import type { Pool } from 'pg';
import { schemaOf } from '../bind-schema.ts';
import type { Generation } from '../generation.ts';
import type { View, ViewName } from '../view.ts';
import { JobFailed } from './job-context.ts';

const readLiveSql = readSql(new URL('../sql/read-live-generation.sql', import.meta.url));
const fedSql = readSql(new URL('./sql/find-fed-generations.sql', import.meta.url));

export async function findLive(pool: Pool, view: ViewName): Promise<Generation | null> {
  const { rows } = await pool.query<{ generation: number; version: number }>(readLiveSql, [view]);
  const [row] = rows;
  return row === undefined ? null : { view, schema: schemaOf(view, row.generation), ...row };
}

/** @throws JobFailed where there is none, or its rows are of another version of the view than this program's */
export async function liveOfOurVersion(pool: Pool, view: View): Promise<Generation> {
  const live = await findLive(pool, view.name);
  if (live === null) throw new JobFailed('the view has no live generation yet');
  if (live.version !== view.version) {
    throw new JobFailed(`the live rows are of version ${live.version} of the view, this is version ${view.version}`);
  }
  return live;
}

/** Those to be kept in step with the log by whoever has their version of the view; the live one first. */
export async function findFed(pool: Pool, view: ViewName): Promise<Generation[]> {
  const { rows } = await pool.query<{ generation: number; version: number }>(fedSql, [view]);
  return rows.map(({ generation, version }) => ({ view, generation, version, schema: schemaOf(view, generation) }));
}
