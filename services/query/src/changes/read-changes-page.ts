/** A page of changes: the walk's range and the position it reads at are fixed on its first page; the cursor has them. */
import { type Offsets, toPositionToken } from '@ledgerline/log';
import type { Pool } from 'pg';
import type { EventKey } from '../events/events-statement.ts';
import { rangeOf } from '../events/read-events-page.ts';
import { JsonText, type Read } from '../read-context.ts';
import { type Cursor, toCursor, type Walk } from '../reading/cursor.ts';
import type { Page } from '../reading/page.ts';
import type { ChangesSpec } from './changes-statement.ts';
import { type ReadChange, readChanges } from './read-changes.ts';

export type ChangesPageSpec = Pick<ChangesSpec, 'filters' | 'dateMatch' | 'limit'> & { readonly cursor: Cursor | null };

type ChangesCursorKey = readonly [...EventKey, after: Offsets, until: Offsets];

export async function readChangesPage(
  deps: { pool: Pool },
  read: Read,
  walk: Walk,
  { cursor, ...spec }: ChangesPageSpec,
): Promise<{ body: JsonText; page: Page }> {
  const key = cursor === null ? null : (cursor.key as unknown as ChangesCursorKey);
  const { after, until } = key === null ? rangeOf(read) : { after: key[3], until: key[4] };
  const direction = cursor?.direction ?? 'next';
  const from = key === null ? null : { direction, key: [key[0], key[1], key[2]] as const };
  const { items, more } = await readChanges(deps, read, { ...spec, after, until, from });
  const backwards = direction === 'prev';
  const last = items.at(-1);
  const cursorAt = (to: Cursor['direction'], item: ReadChange | undefined) =>
    item
      ? toCursor(
          { pinned: { logId: read.logId, offsets: read.at }, direction: to, key: [...item.key, after, until] },
          walk,
        )
      : null;
  const page: Page = {
    next: backwards || more ? cursorAt('next', last) : null,
    prev: (backwards ? more : cursor !== null) ? cursorAt('prev', items[0]) : null,
    // One for the whole walk: its end, and where to go on from for what comes later.
    position: toPositionToken({ logId: read.logId, offsets: until }),
  };
  const texts = items.map(({ text }) => text).join(',');
  return { page, body: new JsonText(`{"items":[${texts}],"page":${JSON.stringify(page)}}`) };
}
