/** Which amendments a client has, by the position it begins at. */
import { readSql } from '@ledgerline/database';
import type { Amended, Offsets } from '@ledgerline/log';
import type { Pool } from 'pg';

const sql = readSql(new URL('./sql/told-before.sql', import.meta.url));

/**
 * @param latest the last one there is: nobody has more, whatever a token says
 * @param said by the position's token, where it is one of a stream of changes
 */
export async function toldBefore(
  pool: Pool,
  { logId, offsets, said }: { logId: string; offsets: Offsets; said: Amended | undefined },
  latest: number,
): Promise<Amended> {
  if (latest === 0) return { id: 0, named: 0 };
  const values = [latest, said?.id ?? null, logId, offsets];
  const { rows } = await pool.query<{ id: number }>({ name: 'told-before', text: sql, values });
  const id = rows[0]?.id ?? 0;
  return { id, named: said?.id === id && id < latest ? said.named : 0 };
}
