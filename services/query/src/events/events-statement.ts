/** The statement for events of a range in log order, put together from fixed fragments. */
import { readSql } from '@ledgerline/database';
import type { Offsets } from '@ledgerline/log';
import type { EventFilters } from '../filters/claim-filters.ts';
import { filterConditions } from '../filters/filter-conditions.ts';
import { createStatementValues, fillMarkers } from '../filters/statement-values.ts';
import type { DateMatch } from '../reading/clock-parameters.ts';

/** A place between two events in the merged order. */
export type EventKey = readonly [exactTime: string, partition: number, offset: number];

export type EventsSpec = {
  readonly filters: EventFilters;
  readonly dateMatch: DateMatch | undefined;
  /** The range: from `after` on, up to but not including `until`. */
  readonly after: Offsets;
  readonly until: Offsets;
  readonly from: { readonly direction: 'next' | 'prev'; readonly key: EventKey } | null;
  /** Rows at most. */
  readonly limit: number;
};

export type EventRow = {
  readonly partition: number;
  readonly offset: number;
  readonly recorded_at: string;
  /** JSON text as recorded. */
  readonly event: string;
  readonly exact_time: string;
};

const sql = readSql(new URL('../sql/events-page.sql', import.meta.url));

export function eventsStatement(spec: EventsSpec): { text: string; values: readonly unknown[] } {
  const values = createStatementValues();
  const backwards = spec.from?.direction === 'prev';
  const conditions = filterConditions(spec.filters, values, { dateMatch: spec.dateMatch, sourceColumn: 'v.source' });
  if (spec.from !== null) {
    const [time, partition, offset] = spec.from.key;
    const key = `(${values.add(time)}::timestamptz, ${values.add(partition)}::int, ${values.add(offset)}::bigint)`;
    conditions.push(`(v.recorded_at, v.partition, v."offset") ${backwards ? '<' : '>'} ${key}`);
  }
  const text = fillMarkers(sql, {
    after: values.add(spec.after),
    until: values.add(spec.until),
    conditions: conditions.length > 0 ? conditions.join('\n  and ') : 'true',
    order: backwards
      ? 'v.recorded_at desc, v.partition desc, v."offset" desc'
      : 'v.recorded_at, v.partition, v."offset"',
    limit: `${values.add(spec.limit)}::int`,
  });
  return { text, values: values.values };
}

export function keyOf(row: EventRow): EventKey {
  return [row.exact_time, row.partition, row.offset];
}
