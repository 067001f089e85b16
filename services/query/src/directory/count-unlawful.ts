/** How many claims have been found unlawful by now, whichever position is read. */
import { readSql } from '@ledgerline/database';
import type { Statement } from '../read-context.ts';

const text = readSql(new URL('./sql/unlawful-claims.sql', import.meta.url));

/** @param read of the timeline */
export async function countUnlawful(read: { query<Row>(statement: Statement): Promise<Row[]> }): Promise<number> {
  const [row] = await read.query<{ claims: number }>({ name: 'unlawful-claims', text });
  return row?.claims ?? 0;
}
