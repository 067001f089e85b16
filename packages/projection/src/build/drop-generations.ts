/** Generations that nobody reads, feeds or builds any more, dropped with their rows. */
import { readSql, withTransaction } from '@ledgerline/database';
import type { Pool } from 'pg';
import { schemaOf } from '../bind-schema.ts';
import type { ViewName } from '../view.ts';

const sql = {
  lockView: readSql(new URL('../sql/lock-view.sql', import.meta.url)),
  find: readSql(new URL('./sql/find-droppable.sql', import.meta.url)),
};

/** Any process may, at any time. Gives the numbers of those dropped. */
export async function dropGenerations(pool: Pool, view: ViewName): Promise<number[]> {
  const { rows } = await pool.query<{ generation: number }>(sql.find, [view]);
  if (rows.length === 0) return [];
  return await withTransaction(pool, async (client) => {
    await client.query(sql.lockView, [view]);
    // Somebody still reads it: whoever wants to promote must not wait behind this for long. It is tried again.
    await client.query("set local lock_timeout = '1s'");
    const found = await client.query<{ generation: number }>(sql.find, [view]);
    for (const { generation } of found.rows) {
      // Checkpoints first: a builder that does not know yet finds none to move, and writes nothing.
      await client.query('delete from projection.generations where view = $1 and generation = $2', [view, generation]);
      await client.query(`drop schema if exists ${schemaOf(view, generation)} cascade`);
    }
    return found.rows.map(({ generation }) => generation);
  });
}
