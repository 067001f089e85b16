/**
 * The statement that finds which claims a page shows, put together from fixed fragments. Its text depends on which
 * filters there are and never on their values.
 */
import { readSql } from '@ledgerline/database';
import type { Offsets } from '@ledgerline/log';
import type { ClaimFilters } from '../filters/claim-filters.ts';
import { filterConditions } from '../filters/filter-conditions.ts';
import { searchConditions } from '../filters/search-conditions.ts';
import { parseSearch } from '../filters/search-query.ts';
import { createStatementValues, fillMarkers } from '../filters/statement-values.ts';
import type { DateMatch, KnownBy } from '../reading/clock-parameters.ts';
import type { CursorKey } from '../reading/cursor.ts';
import { type ClaimOrder, type Direction, orderFragments } from './order.ts';
import { visibility } from './visibility.ts';

export type ClaimsSpec = {
  readonly filters: ClaimFilters;
  readonly dateMatch: DateMatch | undefined;
  readonly order: ClaimOrder;
  readonly from: { readonly direction: Direction; readonly key: CursorKey } | null;
  readonly limit: number;
  readonly total: boolean;
};

/** `at` null: what the view holds when the statement runs. */
export type ReadAt = { readonly at: Offsets | null; readonly knownBy: KnownBy | null };

export type ClaimKeysRow = {
  readonly live: number;
  readonly log_id: string;
  readonly offsets: number[];
  /** One more than the limit where there are more, in the direction of reading. */
  readonly keys: readonly (readonly [sortKey: string, subject: string, version: number])[];
  readonly total: number | null;
};

const sql = readSql(new URL('../sql/claim-keys.sql', import.meta.url));

export function claimKeysStatement(
  spec: ClaimsSpec,
  { at, knownBy }: ReadAt,
): { text: string; values: readonly unknown[] } {
  const values = createStatementValues();
  const { filters } = spec;
  const search = searchConditions(parseSearch(filters.q ?? ''), values);
  const state = filters.state ?? 'current';
  const conditions = [
    ...visibility(at, knownBy, values).version,
    ...(state === 'all' ? [] : [`v.state = '${state satisfies 'current' | 'retracted'}'`]),
    ...filterConditions(filters, values, { dateMatch: spec.dateMatch, sourceColumn: 'v.event_source' }),
    ...search.conditions,
  ];
  const order = orderFragments(spec.order, search.rank, spec.from, values);
  const all = conditions.join('\n        and ');
  const text = fillMarkers(sql, {
    conditions: order.beyond === null ? all : `${all}\n        and ${order.beyond}`,
    order: order.orderBy,
    'sort-key': order.sortKey,
    limit: `${values.add(spec.limit + 1)}::int`,
    total: spec.total ? `(select count(*)::int from timeline.versions v where ${all})` : 'null::int',
  });
  return { text, values: values.values };
}
