/**
 * A page of measures. With a day, which of them are listed is only known once each has been looked at: so many are looked
 * at for a page, which may be shorter than asked for and still not be the last.
 */
import { readSql } from '@ledgerline/database';
import type { ClaimFilters } from '../filters/claim-filters.ts';
import { filterConditions } from '../filters/filter-conditions.ts';
import { searchConditions } from '../filters/search-conditions.ts';
import { parseSearch } from '../filters/search-query.ts';
import { createStatementValues, fillMarkers, type StatementValues } from '../filters/statement-values.ts';
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

const sql = {
  page: readSql(new URL('../sql/measures-page.sql', import.meta.url)),
  candidates: readSql(new URL('../sql/measure-candidates.sql', import.meta.url)),
};
const names = createStatementNames('measures');
/** With a day: measures looked at for one page beside those that it may show, some 30 ms worth. */
const lookedAtBesides = 500;
/** Of those that may stand: the first batch is for a page that most are listed on, the later ones for where few are. */
const batchSizes = { growth: 4, most: 500 };

type Found = { readonly item: MeasureItem; readonly key: CursorKey };
type From = { readonly direction: Direction; readonly key: CursorKey };
/** `end`: how far was looked, where there may be more beyond. */
type Looked = { readonly found: readonly Found[]; readonly end: CursorKey | null };

export async function readMeasuresPage(
  read: Read,
  walk: Walk,
  spec: MeasuresSpec,
): Promise<{ items: MeasureItem[]; page: Page }> {
  const { day, limit, cursor } = spec;
  const from = cursor === null ? null : { direction: cursor.direction, key: cursor.key };
  const looked = day === null ? await readNext(read, spec, from) : await lookAt(read, { ...spec, day }, from);
  return toPage(read, walk, { cursor, limit }, looked);
}

async function readNext(read: Read, spec: MeasuresSpec, from: From | null): Promise<Looked> {
  const rows = await readRows(read, spec, { from, limit: spec.limit + 1 });
  return { found: rows.flatMap((row) => toFound(row, spec)), end: null };
}

async function lookAt(read: Read, spec: MeasuresSpec & { readonly day: string }, from: From | null): Promise<Looked> {
  const candidates = await readCandidates(read, spec, from);
  const standing = candidates.filter(({ may_stand: mayStand }) => mayStand).map(({ subject }) => subject);
  const found: Found[] = [];
  let size = spec.limit + 1;
  for (let at = 0; at < standing.length && found.length <= spec.limit; ) {
    const subjects = standing.slice(at, at + size);
    const rows = await readRows(read, spec, { from, limit: size, subjects });
    found.push(...rows.flatMap((row) => toFound(row, spec)));
    at += size;
    size = Math.max(size, Math.min(size * batchSizes.growth, batchSizes.most));
  }
  const last = candidates.at(-1);
  const isMore = candidates.length === spec.limit + lookedAtBesides && last !== undefined;
  return { found, end: isMore ? [last.sort_key, last.subject] : null };
}

function toFound(row: MeasureRow, { day, inForce }: MeasuresSpec): Found[] {
  const item = toMeasureItem(row, day);
  const isAsked = item !== null && (inForce?.includes(item.inForce ?? '') ?? true);
  return isAsked ? [{ item, key: [row.sort_key, row.subject] }] : [];
}

function toPage(
  read: Read,
  walk: Walk,
  { cursor, limit }: Pick<MeasuresSpec, 'cursor' | 'limit'>,
  { found, end }: Looked,
): { items: MeasureItem[]; page: Page } {
  const isFull = found.length > limit;
  const backwards = cursor?.direction === 'prev';
  const shown = backwards ? found.slice(0, limit).toReversed() : found.slice(0, limit);
  const cursorAt = (to: Direction, key: CursorKey | null | undefined) =>
    key ? toCursor({ pinned: { logId: read.logId, offsets: read.at }, direction: to, key }, walk) : null;
  // On in the direction of reading: from what was shown last, or looked at last.
  const on = isFull ? (backwards ? shown[0]?.key : shown.at(-1)?.key) : end;
  const back = (backwards ? shown.at(-1)?.key : shown[0]?.key) ?? end;
  return {
    items: shown.map(({ item }) => item),
    page: {
      next: cursorAt('next', backwards ? back : on),
      prev: cursorAt('prev', backwards ? on : cursor === null ? null : back),
      position: read.token,
    },
  };
}

type Filtered = Pick<MeasuresSpec, 'filters'>;

/** What a measure's version is to be, on its own. */
async function conditionsOf(read: Read, { filters }: Filtered, values: StatementValues): Promise<readonly string[]> {
  return [
    ...recordedConditions(await read.lastRecorded(), values),
    ...visibility(read.at, read.knownBy, values).version,
    // Among terms: an index leads to measures where there are few of them.
    `v.terms @> '{kind:measure}'`,
    "v.state = 'current'",
    ...filterConditions(filters, values, { dateMatch: undefined, sourceColumn: 'v.event_source' }),
    ...searchConditions(parseSearch(filters.q ?? ''), values, await read.languages(filters.q)).conditions,
  ];
}

type Candidate = { readonly subject: string; readonly sort_key: string; readonly may_stand: boolean };

async function readCandidates(
  read: Read,
  spec: Pick<MeasuresSpec, 'filters' | 'limit'> & { readonly day: string },
  from: From | null,
): Promise<Candidate[]> {
  const values = createStatementValues();
  const order = orderFragments('occurred', null, from, values);
  const conditions = await conditionsOf(read, spec, values);
  const text = fillMarkers(sql.candidates, {
    conditions: [...conditions, ...(order.beyond === null ? [] : [order.beyond])].join('\n    and '),
    'may-stand': mayStandOnDay(spec.day, values),
    order: order.orderBy,
    'measures-order': order.orderBy.replaceAll('v.', 'm.'),
    limit: `${values.add(spec.limit + lookedAtBesides)}::int`,
  });
  return await read.query<Candidate>({ text, values: values.values });
}

async function readRows(
  read: Read,
  spec: Filtered,
  { from, limit, subjects }: { from: From | null; limit: number; subjects?: readonly string[] },
): Promise<MeasureRow[]> {
  const values = createStatementValues();
  const seen = visibility(read.at, read.knownBy, values);
  const order = orderFragments('occurred', null, from, values);
  const conditions = [
    ...(subjects === undefined ? [] : [`v.subject = any (${values.add(subjects)}::text[])`]),
    ...(await conditionsOf(read, spec, values)),
    ...(order.beyond === null ? [] : [order.beyond]),
  ];
  const text = fillMarkers(sql.page, {
    conditions: conditions.join('\n    and '),
    order: order.orderBy,
    'page-order': order.orderBy.replaceAll('v.', 'p.'),
    limit: `${values.add(limit)}::int`,
    'version-conditions': seen.version.join(' and '),
    'fact-conditions': seen.fact,
    'change-conditions': seen.change,
  });
  // How far back decides on the plan, which a name would let PostgreSQL keep for all.
  const name = (await read.lastRecorded()) === null && subjects === undefined ? names.nameOf(text) : undefined;
  return await read.query<MeasureRow>({ ...namedIf(name), text, values: values.values });
}
