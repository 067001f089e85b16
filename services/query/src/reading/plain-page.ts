/**
 * Pages of lists that belong to no position of the log: what operators look at, and what is the same for ever. A cursor
 * names the item at the page's edge, so that what is put before it meanwhile shifts and repeats nothing.
 */
import { problem } from '@ledgerline/http';
import { z } from 'zod';
import { type CursorKey, parseCursor, toCursor, type Walk } from './cursor.ts';
import { defaultLimit, type Page, pageSchema } from './page.ts';

export const plainPageSchema = pageSchema.pick({ next: true, prev: true });

export type PlainPage = Pick<Page, 'next' | 'prev'>;

type PageQuery = { readonly limit?: number | undefined; readonly cursor?: string | undefined };
type Edge = CursorKey[number];

/** What to read: `limit` items that follow `edge`, or with `backward` come before it, nearest first; null: from the start. */
export type PlainSlice = { readonly limit: number; readonly edge: Edge | null; readonly backward: boolean };

const noPosition = { logId: '', offsets: [] };

/** Throws 400 `bad-cursor`. */
export function toPlainSlice({ limit = defaultLimit, cursor }: PageQuery, walk: Walk): PlainSlice {
  if (cursor === undefined) return { limit, edge: null, backward: false };
  const { direction, key } = parseCursor(cursor, walk);
  return { limit, edge: key[0] ?? null, backward: direction === 'prev' };
}

/** @param read what the slice asked for, in the order it asked for, and one more where there is more */
export function toPlainPage<T>(
  read: readonly T[],
  { limit, edge, backward }: PlainSlice,
  walk: Walk,
  edgeOf: (item: T) => Edge,
): { items: T[]; page: PlainPage } {
  const items = read.slice(0, limit);
  if (backward) items.reverse();
  const more = read.length > limit;
  const cursorAt = (direction: 'next' | 'prev', item: T | undefined, isThere: boolean) =>
    item !== undefined && isThere ? toCursor({ pinned: noPosition, direction, key: [edgeOf(item)] }, walk) : null;
  const page = {
    next: cursorAt('next', items.at(-1), backward || more),
    prev: cursorAt('prev', items[0], backward ? more : edge !== null),
  };
  return { items, page };
}

/** Of a list that is at hand whole and loses none of its items. Throws 400 `bad-cursor`. */
export function pageOfAll<T>(
  all: readonly T[],
  query: PageQuery,
  walk: Walk,
  edgeOf: (item: T) => string,
): { items: T[]; page: PlainPage } {
  const slice = toPlainSlice(query, walk);
  const { limit, edge, backward } = slice;
  const at = edge === null ? -1 : all.findIndex((item) => edgeOf(item) === edge);
  if (edge !== null && at === -1) throw problem('bad-cursor');
  const read = backward ? all.slice(0, at).toReversed() : all.slice(at + 1);
  return toPlainPage(read.slice(0, limit + 1), slice, walk, edgeOf);
}

export const plainListOf = <S extends z.ZodType>(item: S) =>
  z.strictObject({ items: z.array(item), page: plainPageSchema });
