/**
 * Paging by place in a list that is the same at one position for ever: a cursor pins the position, so an index is exact.
 */
import { problem } from '@ledgerline/http';
import type { Read } from '../read-context.ts';
import { parseCursor, toCursor, type Walk } from './cursor.ts';
import type { PinnedPosition } from './locate.ts';
import { defaultLimit, type Page } from './page.ts';

/** Items [start, end) are wanted. */
export type ListSlice = { readonly start: number; readonly end: number; readonly pinned: PinnedPosition | undefined };

/** Throws 400 `bad-cursor`. A cursor back names the end of its page, one onward the start. */
export function toListSlice(
  query: { limit?: number | undefined; cursor?: string | undefined },
  walk: Walk,
  limitOfPage = defaultLimit,
): ListSlice {
  const limit = query.limit ?? limitOfPage;
  if (query.cursor === undefined) return { start: 0, end: limit, pinned: undefined };
  const { pinned, direction, key } = parseCursor(query.cursor, walk);
  const [index] = key;
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0 || index > 2 ** 31 - 1 - limit) {
    throw problem('bad-cursor', 'The cursor is not of this query. Start again without it.');
  }
  return direction === 'next'
    ? { start: index, end: index + limit, pinned }
    : { start: Math.max(0, index - limit), end: index, pinned };
}

/** @param more whether there are items from `slice.end` on */
export function toListPage(read: Read, walk: Walk, slice: ListSlice, more: boolean): Page {
  const pinned = { logId: read.logId, offsets: read.at };
  return {
    next: more ? toCursor({ pinned, direction: 'next', key: [slice.end] }, walk) : null,
    prev: slice.start > 0 ? toCursor({ pinned, direction: 'prev', key: [slice.start] }, walk) : null,
    position: read.token,
  };
}
