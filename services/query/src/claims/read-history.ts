/** One claim's history as of a position. */
import { readSql } from '@ledgerline/database';
import { problem } from '@ledgerline/http';
import { toPositionToken } from '@ledgerline/log';
import { createStatementValues, fillMarkers } from '../filters/statement-values.ts';
import type { Read, ReadContext } from '../read-context.ts';
import { findPositions } from '../reading/find-positions.ts';
import type { HistoryItem } from '../shapes/history.ts';
import { knownDayOf, knownStatus } from '../timeline/visibility.ts';
import { type HistoryRow, toHistoryItems } from './history-items.ts';

const sql = readSql(new URL('../sql/claim-history.sql', import.meta.url));

/** All of it. @throws 404 `unknown-claim` */
export async function readHistory(reads: ReadContext, read: Read, subject: string): Promise<HistoryItem[]> {
  const rows = await readRows(read, subject);
  if (!rows.some(({ entry, known, change }) => entry === 'version' && known && change !== 'retracted')) {
    throw problem('unknown-claim', 'There is no claim of this subject, or none that was known by then.');
  }
  return toHistoryItems(rows, await positionsOf(reads, read, rows));
}

async function readRows(read: Read, subject: string): Promise<HistoryRow[]> {
  const values = createStatementValues();
  // The statement's file names these two itself.
  values.add(subject);
  values.add(read.at);
  const day = knownDayOf(read.knownBy, values);
  const text = fillMarkers(sql, {
    withheld: `exists (
    select from timeline.versions u where u.subject = $1 and u.change = 'retracted' and u.reason = 'unlawful')`,
    'known-version': day === null ? 'true' : `coalesce(v.${day.column} <= ${day.day}, false)`,
    'known-status': day === null ? 'true' : knownStatus(day),
  });
  return await read.query<HistoryRow>({
    name: `claim-history-${read.knownBy?.match ?? 'held'}`,
    text,
    values: values.values,
  });
}

/** Right after each row's event in the merged order, and never beyond what the answer was read at. */
async function positionsOf(reads: ReadContext, read: Read, rows: readonly HistoryRow[]): Promise<string[]> {
  const journal = read.located.views.get('journal');
  if (journal === undefined) throw new Error('a history has positions by the journal');
  const moments = rows.map(({ recorded_at, partition, offset }) => ({ at: recorded_at, partition, offset }));
  const found = await findPositions(reads.pool, journal, moments);
  return found.map(({ offsets }) =>
    toPositionToken({
      logId: read.logId,
      offsets: offsets.map((offset, partition) => Math.min(offset, read.at[partition] ?? 0)),
    }),
  );
}
