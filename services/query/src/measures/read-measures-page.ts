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
import { recordedConditions } from '../timeline/claim-conditions.ts';
import { type Direction, orderFragments } from '../timeline/order.ts';
import { visibility } from '../timeline/visibility.ts';
import { mayStandOnDay } from './may-stand-on-day.ts';
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
/** With a day: the first batch is for a page that most measures are listed on, the later ones for where few are. */
const batchSizes = { growth: 4, most: 500 };

export async function readMeasuresPage(
  read: Read,
  walk: Walk,
  spec: MeasuresSpec,
): Promise<{ items: MeasureItem[]; page: Page }> {
  const direction = spec.cursor?.direction ?? 'next';
  const found: { item: MeasureItem; key: CursorKey }[] = [];
  let key: CursorKey | null = spec.cursor?.key ?? null;
  let size = spec.limit + 1;
  while (found.length <= spec.limit) {
    const rows: MeasureRow[] = await readRows(read, spec, key === null ? null : { direction, key }, size);
    for (const row of rows) {
      const item = toMeasureItem(row, spec.day);
      key = [row.sort_key, row.subject];
      if (item !== null && (spec.inForce?.includes(item.inForce ?? '') ?? true)) found.push({ item, key });
    }
    if (rows.length < size) break;
    size = Math.max(size, Math.min(size * batchSizes.growth, batchSizes.most));
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
  { filters, day }: Pick<MeasuresSpec, 'filters' | 'day'>,
  from: { direction: Direction; key: CursorKey } | null,
  limit: number,
): Promise<MeasureRow[]> {
  const values = createStatementValues();
  const seen = visibility(read.at, read.knownBy, values);
  const order = orderFragments('occurred', null, from, values);
  const lastRecorded = await read.lastRecorded();
  const conditions = [
    ...recordedConditions(lastRecorded, values),
    ...seen.version,
    "v.kind = 'measure'",
    "v.state = 'current'",
    ...(day === null ? [] : [mayStandOnDay(day, values)]),
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
  // How far back decides on the plan, which a name would let PostgreSQL keep for all.
  const name = lastRecorded === null ? names.nameOf(text) : undefined;
  return await read.query<MeasureRow>({ ...namedIf(name), text, values: values.values });
}
