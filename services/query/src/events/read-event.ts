/** One event by its source and id, as of a position and as known by a day. */
import { readSql } from '@ledgerline/database';
import { createStatementValues, fillMarkers } from '../filters/statement-values.ts';
import type { Read } from '../read-context.ts';
import { type EventRow, knownConditions } from './events-statement.ts';

const sql = readSql(new URL('../sql/read-event.sql', import.meta.url));

/** Of the rows one at most. */
export async function readEvent(read: Read, source: string, id: string): Promise<EventRow[]> {
  const values = createStatementValues();
  // The statement's file names these three itself.
  for (const value of [source, id, read.at]) values.add(value);
  const known = knownConditions(read.knownBy, values);
  const text = fillMarkers(sql, { known: ['true', ...known].join(' and ') });
  return await read.query<EventRow>({
    name: `read-event-${read.knownBy?.match ?? 'held'}`,
    text,
    values: values.values,
  });
}
