/**
 * A page of measures. With a day, which of them are listed is only known once each has been looked at: batches are read
 * on from the last key until the page is full.
 */
import { readSql } from '@ledgerline/database';
import type { ClaimFilters } from '../filters/claim-filters.ts';
import { filterConditions } from '../filters/filter-conditions.ts';
import { searchConditions } from '../filters/search-conditions.ts';
import { parseSearch } from '../filters/search-query.ts';
import { createStatementValues, fillMarkers } from '../filters/statement-values.ts';
import type { Read } from '../read-context.ts';
import { type Cursor, type CursorKey, toCursor, type Walk } from '../reading/cursor.ts';
import type { Page } from '../reading/page.ts';
import { createStatementNames, namedIf } from '../reading/statement-names.ts';
import type { MeasureItem } from '../shapes/measure.ts';
import { type Direction, orderFragments } from '../timeline/order.ts';
import { visibility } from '../timeline/visibility.ts';
import { type MeasureRow, toMeasureItem } from './measure-item.ts';

export type MeasuresSpec = {
  readonly filters: ClaimFilters;
  /** `YYYY-MM-DD`: only what is listed on that day. */
  readonly day: string | null;
  readonly inForce: readonly string[] | null;
  readonly cursor: Cursor | null;
  readonly limit: number;
};

const sql = readSql(new URL('../sql/measures-page.sql', import.meta.url));
const names = createStatementNames('measures');
const batchSize = 500;

export async function readMeasuresPage(
  read: Read,
  walk: Walk,
  spec: MeasuresSpec,
): Promise<{ items: MeasureItem[]; page: Page }> {
  const direction = spec.cursor?.direction ?? 'next';
  const found: { item: MeasureItem; key: CursorKey }[] = [];
  let key: CursorKey | null = spec.cursor?.key ?? null;
  while (found.length <= spec.limit) {
    const size = spec.day === null ? spec.limit + 1 : Math.max(batchSize, spec.limit + 1);
    const rows: MeasureRow[] = await readRows(read, spec.filters, key === null ? null : { direction, key }, size);
    for (const row of rows) {
      const item = toMeasureItem(row, spec.day);
      key = [row.sort_key, row.subject];
      if (item !== null && (spec.inForce?.includes(item.inForce ?? '') ?? true)) found.push({ item, key });
    }
    if (rows.length < size) break;
  }
  return toPage(read, walk, spec, direction, found);
}

function toPage(
  read: Read,
  walk: Walk,
  { cursor, limit }: MeasuresSpec,
  direction: Direction,
  found: readonly { item: MeasureItem; key: CursorKey }[],
): { items: MeasureItem[]; page: Page } {
  const more = found.length > limit;
  const backwards = direction === 'prev';
  const shown = backwards ? found.slice(0, limit).toReversed() : found.slice(0, limit);
  const cursorAt = (to: Direction, place: { key: CursorKey } | undefined) =>
    place ? toCursor({ pinned: { logId: read.logId, offsets: read.at }, direction: to, key: place.key }, walk) : null;
  return {
    items: shown.map(({ item }) => item),
    page: {
      next: backwards || more ? cursorAt('next', shown.at(-1)) : null,
      prev: (backwards ? more : cursor !== null) ? cursorAt('prev', shown[0]) : null,
      position: read.token,
    },
  };
}

async function readRows(
  read: Read,
  filters: ClaimFilters,
  from: { direction: Direction; key: CursorKey } | null,
  limit: number,
): Promise<MeasureRow[]> {
  const values = createStatementValues();
  const seen = visibility(read.at, read.knownBy, values);
  const order = orderFragments('occurred', null, from, values);
  const conditions = [
    ...seen.version,
    "v.kind = 'measure'",
    "v.state = 'current'",
    ...filterConditions(filters, values, { dateMatch: undefined, sourceColumn: 'v.event_source' }),
    ...searchConditions(parseSearch(filters.q ?? ''), values, await read.languages(filters.q)).conditions,
    ...(order.beyond === null ? [] : [order.beyond]),
  ];
  const text = fillMarkers(sql, {
    conditions: conditions.join('\n    and '),
    order: order.orderBy,
    'page-order': order.orderBy.replaceAll('v.', 'p.'),
    limit: `${values.add(limit)}::int`,
    'version-conditions': seen.version.join(' and '),
    'fact-conditions': seen.fact,
    'change-conditions': seen.change,
  });
  return await read.query<MeasureRow>({ ...namedIf(names.nameOf(text)), text, values: values.values });
}
