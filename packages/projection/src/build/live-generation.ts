/** The live generation as a job sees it. */
import { readSql } from '@ledgerline/database';
import type { Pool } from 'pg';
import { schemaOf } from '../bind-schema.ts';
import type { Generation } from '../generation.ts';
import type { ViewName } from '../view.ts';

const readLiveSql = readSql(new URL('../sql/read-live-generation.sql', import.meta.url));
const fedSql = readSql(new URL('./sql/find-fed-generations.sql', import.meta.url));

export async function findLive(pool: Pool, view: ViewName): Promise<Generation | null> {
  const { rows } = await pool.query<{ generation: number; version: number }>(readLiveSql, [view]);
  const [row] = rows;
  return row === undefined ? null : { view, schema: schemaOf(view, row.generation), ...row };
}

/** Those to be kept in step with the log by whoever has their version of the view; the live one first. */
export async function findFed(pool: Pool, view: ViewName): Promise<Generation[]> {
  const { rows } = await pool.query<{ generation: number; version: number }>(fedSql, [view]);
  return rows.map(({ generation, version }) => ({ view, generation, version, schema: schemaOf(view, generation) }));
}
