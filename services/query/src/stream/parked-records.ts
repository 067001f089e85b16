/** Records that views set aside on the way from one position to another: what a stream can't have, and says so. */
import { readSql } from '@ledgerline/database';
import type { Offsets } from '@ledgerline/log';
import type { ViewName } from '@ledgerline/projection';
import type { Pool } from 'pg';

export type ParkedRecord = { readonly partition: number; readonly offset: number };

const text = readSql(new URL('./sql/parked-range.sql', import.meta.url));
/** A stream names no more of them at a time. */
const maxRecords = 1_000;

export async function readParkedRecords(
  pool: Pool,
  views: readonly ViewName[],
  { after, until }: { readonly after: Offsets; readonly until: Offsets },
): Promise<ParkedRecord[]> {
  const values = [views, after, until, maxRecords];
  return (await pool.query<ParkedRecord>({ name: 'stream-parked-range', text, values })).rows;
}
