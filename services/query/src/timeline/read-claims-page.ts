/** One page of claims: the keys, then the items as JSON text, and the answer written around them. */
import type { PageCounts } from '../facets/read-facets.ts';
import type { Languages } from '../filters/search-conditions.ts';
import { JsonBytes, type Read } from '../read-context.ts';
import { type Cursor, toCursor, type Walk } from '../reading/cursor.ts';
import type { LastRecorded } from '../reading/last-recorded.ts';
import type { Page } from '../reading/page.ts';
import { createStatementNames, namedIf } from '../reading/statement-names.ts';
import type { ClaimField } from './claim-fields.ts';
import { type ClaimKey, type ClaimKeysRow, type ClaimsSpec, claimKeysStatement } from './claim-keys-statement.ts';
import { readClaimItems } from './read-claim-items.ts';
import type { ItemText } from './recent-items.ts';

export type ClaimsPage = {
  readonly items: readonly ItemText[];
  readonly page: Page;
  /** Both as one answer. */
  readonly body: JsonBytes;
};

/** `schema`: of the timeline's generation; `languages`: what a search looked in. */
export type ReadPosition = Pick<Read, 'logId' | 'at' | 'token' | 'knownBy' | 'query'> & {
  readonly lastRecorded: LastRecorded;
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
  const lastRecorded = await read.lastRecorded();
  const { text, values } = claimKeysStatement({ ...spec, languages }, { ...read, lastRecorded });
  // How far back decides on the plan, which a name would let PostgreSQL keep for all.
  const name = lastRecorded === null ? names.nameOf(text) : undefined;
  const [row] = await read.query<ClaimKeysRow>({ ...namedIf(name), text, values });
  if (row === undefined) throw new Error('the timeline has no checkpoints');
  const schema = read.located.views.get('timeline')?.schema;
  if (schema === undefined) throw new Error('claims are read from the timeline');
  return await buildClaimsPage({ ...read, schema, languages, lastRecorded }, row, walk, spec);
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
    readClaimItems(read, shown, spec.fields ?? null),
    spec.counts?.(read) ?? nothingCounted,
  ]);
  const page: Page = {
    next: backwards || more ? cursorAt('next', shown.at(-1)) : null,
    prev: (backwards ? more : spec.from !== null) ? cursorAt('prev', shown[0]) : null,
    ...(total === undefined ? {} : { total }),
    position: read.token,
  };
  const counted = facets === undefined ? '' : `,"facets":${JSON.stringify(facets)}`;
  return { items, page, body: toBody(items, `"page":${JSON.stringify(page)}${counted}`) };
}

const [comma, opening] = [Buffer.from(','), Buffer.from('{"items":[')];

/** Bytes that are encoded already, and digests instead of bytes: neither is done again for what was shown before. */
function toBody(items: readonly ItemText[], rest: string): JsonBytes {
  const between = items.flatMap(({ bytes }, index) => (index === 0 ? [bytes] : [comma, bytes]));
  const bytes = Buffer.concat([opening, ...between, Buffer.from(`],${rest}}`)]);
  return new JsonBytes(bytes, `${items.map(({ digest }) => digest).join()} ${rest}`);
}
