/** One page of claims: the keys, then the items as JSON text, and the answer written around them. */
import { JsonText, type Read } from '../read-context.ts';
import { type Cursor, toCursor, type Walk } from '../reading/cursor.ts';
import type { Page } from '../reading/page.ts';
import { createStatementNames, namedIf } from '../reading/statement-names.ts';
import { claimItemsStatement } from './claim-items-statement.ts';
import { type ClaimKeysRow, type ClaimsSpec, claimKeysStatement } from './claim-keys-statement.ts';

export type ClaimsPage = {
  /** JSON text of the items, with commas between; empty where there are none. */
  readonly items: string;
  readonly page: Page;
  /** Both as one answer. */
  readonly body: JsonText;
};

type At = Pick<Read, 'logId' | 'at' | 'token' | 'knownBy' | 'query'>;

const names = createStatementNames('claim-keys');

/** Reads as of the position of `read`. */
export async function readClaimsPage(read: Read, walk: Walk, spec: ClaimsSpec): Promise<ClaimsPage> {
  const { text, values } = claimKeysStatement(spec, read);
  const [row] = await read.query<ClaimKeysRow>({ ...namedIf(names.nameOf(text)), text, values });
  if (row === undefined) throw new Error('the timeline has no checkpoints');
  return await buildClaimsPage(read, row, walk, spec);
}

/** @param read at the position that the keys are of */
export async function buildClaimsPage(read: At, row: ClaimKeysRow, walk: Walk, spec: ClaimsSpec): Promise<ClaimsPage> {
  const backwards = spec.from?.direction === 'prev';
  const more = row.keys.length > spec.limit;
  const shown = backwards ? row.keys.slice(0, spec.limit).toReversed() : row.keys.slice(0, spec.limit);
  const cursorAt = (direction: Cursor['direction'], key: ClaimKeysRow['keys'][number] | undefined) =>
    key ? toCursor({ pinned: { logId: read.logId, offsets: read.at }, direction, key: [key[0], key[1]] }, walk) : null;
  const page: Page = {
    next: backwards || more ? cursorAt('next', shown.at(-1)) : null,
    prev: (backwards ? more : spec.from !== null) ? cursorAt('prev', shown[0]) : null,
    ...(row.total === null ? {} : { total: row.total }),
    position: read.token,
  };
  const versions = shown.map(([, subject, version]) => ({ subject, version }));
  const items = versions.length === 0 ? '' : await readItems(read, versions);
  return { items, page, body: new JsonText(`{"items":[${items}],"page":${JSON.stringify(page)}}`) };
}

async function readItems(read: At, versions: readonly { subject: string; version: number }[]): Promise<string> {
  const [row] = await read.query<{ items: string | null }>(claimItemsStatement({ ...read, versions }));
  return row?.items ?? '';
}
