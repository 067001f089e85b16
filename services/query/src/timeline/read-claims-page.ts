/** One page of claims: the keys, then the items as JSON text, and the answer written around them. */
import type { PageCounts } from '../facets/read-facets.ts';
import type { Languages } from '../filters/search-conditions.ts';
import { JsonText, type Read } from '../read-context.ts';
import { type Cursor, toCursor, type Walk } from '../reading/cursor.ts';
import type { Page } from '../reading/page.ts';
import { createStatementNames, namedIf } from '../reading/statement-names.ts';
import type { ClaimField } from './claim-fields.ts';
import { claimItemsStatement, itemSeparator } from './claim-items-statement.ts';
import { type ClaimKey, type ClaimKeysRow, type ClaimsSpec, claimKeysStatement } from './claim-keys-statement.ts';
import { recentItems } from './recent-items.ts';

export type ClaimsPage = {
  /** JSON text of the items, with commas between; empty where there are none. */
  readonly items: string;
  readonly page: Page;
  /** Both as one answer. */
  readonly body: JsonText;
};

/** `schema`: of the timeline's generation; `languages`: what a search looked in. */
export type ReadPosition = Pick<Read, 'logId' | 'at' | 'token' | 'knownBy' | 'query'> & {
  readonly schema: string;
  readonly languages: Languages;
};

export type ClaimsPageSpec = ClaimsSpec & {
  /** Members of the items; all where it is missing. */
  readonly fields?: readonly ClaimField[] | null;
  /** What to count of all pages, at the page's own position. */
  readonly counts?: (read: ReadPosition) => Promise<PageCounts>;
};

const names = createStatementNames('claim-keys');
const nothingCounted: PageCounts = {};

/** Reads as of the position of `read`. */
export async function readClaimsPage(read: Read, walk: Walk, spec: ClaimsPageSpec): Promise<ClaimsPage> {
  const languages = await read.languages(spec.filters.q);
  const { text, values } = claimKeysStatement({ ...spec, languages }, read);
  const [row] = await read.query<ClaimKeysRow>({ ...namedIf(names.nameOf(text)), text, values });
  if (row === undefined) throw new Error('the timeline has no checkpoints');
  const schema = read.located.views.get('timeline')?.schema;
  if (schema === undefined) throw new Error('claims are read from the timeline');
  return await buildClaimsPage({ ...read, schema, languages }, row, walk, spec);
}

/** @param read at the position that the keys are of */
export async function buildClaimsPage(
  read: ReadPosition,
  row: ClaimKeysRow,
  walk: Walk,
  spec: ClaimsPageSpec,
): Promise<ClaimsPage> {
  const backwards = spec.from?.direction === 'prev';
  const more = row.keys.length > spec.limit;
  const shown = backwards ? row.keys.slice(0, spec.limit).toReversed() : row.keys.slice(0, spec.limit);
  const cursorAt = (direction: Cursor['direction'], key: ClaimKey | undefined) =>
    key ? toCursor({ pinned: { logId: read.logId, offsets: read.at }, direction, key: [key[0], key[1]] }, walk) : null;
  const [items, { total, facets }] = await Promise.all([
    readItems(read, shown, spec.fields ?? null),
    spec.counts?.(read) ?? nothingCounted,
  ]);
  const page: Page = {
    next: backwards || more ? cursorAt('next', shown.at(-1)) : null,
    prev: (backwards ? more : spec.from !== null) ? cursorAt('prev', shown[0]) : null,
    ...(total === undefined ? {} : { total }),
    position: read.token,
  };
  const counted = facets === undefined ? '' : `,"facets":${JSON.stringify(facets)}`;
  return { items, page, body: new JsonText(`{"items":[${items}],"page":${JSON.stringify(page)}${counted}}`) };
}

/** Those that were shown before as they are kept, the others from the view. */
async function readItems(
  read: ReadPosition,
  keys: readonly ClaimKey[],
  fields: readonly ClaimField[] | null,
): Promise<string> {
  const { logId, at, knownBy } = read;
  const recent = recentItems(read.schema, fields);
  const items = keys.map((key) => recent.get(key));
  const missing = keys.filter((_, index) => items[index] === undefined);
  if (missing.length === 0) return items.join();
  const versions = missing.map(([, subject, version]) => ({ subject, version }));
  const [row] = await read.query<{ items: string | null }>(
    claimItemsStatement({ versions, fields, logId, at, knownBy }),
  );
  const built = (row?.items ?? '').split(itemSeparator);
  if (built.length !== missing.length) throw new Error('a version is gone between two statements of one page');
  for (const [index, key] of missing.entries()) recent.keep(key, built[index] ?? '');
  const next = built.values();
  return items.map((item) => item ?? next.next().value ?? '').join();
}
