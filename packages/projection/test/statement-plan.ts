/** The plan of a view's statement on tables that are large: what a hot statement must never do is read them whole. */
import type { Pool } from 'pg';
import { bindSchema, type View } from '../src/index.ts';

/** The lines of `explain`, with generation 1's tables. */
export async function planOf(pool: Pool, view: View, sql: string, values: readonly unknown[]): Promise<string> {
  const text = `explain ${bindSchema(sql, view.name, `${view.name}_g1`)}`;
  const result = await pool.query<{ 'QUERY PLAN': string }>(text, [...values]);
  return result.rows.map((row) => row['QUERY PLAN']).join('\n');
}
