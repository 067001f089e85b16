/** `total=exact` of raw events: all of the walk's range that the filters leave. */
import { readSql } from '@ledgerline/database';
import { createStatementValues, fillMarkers } from '../filters/statement-values.ts';
import type { Read } from '../read-context.ts';
import { type EventsSpec, eventConditions } from './events-statement.ts';

const sql = readSql(new URL('../sql/count-events.sql', import.meta.url));

export async function countEvents(
  read: Read,
  spec: Pick<EventsSpec, 'filters' | 'dateMatch' | 'knownBy' | 'languages' | 'after' | 'until'>,
): Promise<number> {
  const values = createStatementValues();
  const conditions = eventConditions(spec, values);
  const text = fillMarkers(sql, {
    after: values.add(spec.after),
    until: values.add(spec.until),
    conditions: ['true', ...conditions].join('\n  and '),
  });
  const [row] = await read.query<{ total: number }>({ text, values: values.values });
  return row?.total ?? 0;
}
