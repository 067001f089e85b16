/**
 * Where a walk through pages goes on: the position it is pinned to, the last row's key, and a digest that ties it to the
 * query it came from. The same page gives the same cursor, always. The digest guards against mistakes, not malice: a
 * forged cursor could only say what parameters can say as well.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '@ledgerline/events';
import { problem } from '@ledgerline/http';
import type { PinnedPosition } from './locate.ts';

export type CursorKey = readonly (string | number | readonly number[])[];

export type Cursor = {
  readonly pinned: PinnedPosition;
  readonly direction: 'next' | 'prev';
  readonly key: CursorKey;
};

/** What a walk's pages have in common: the path and every parameter but limit, cursor and the like. */
export type Walk = { readonly path: string; readonly query: Readonly<Record<string, unknown>> };

const maxLength = 8_192;
/** These may differ from page to page: they don't change which rows there are. */
const ofThePage = new Set(['cursor', 'limit', 'minPosition', 'total', 'facets', 'fields', 'view']);

export function toCursor(cursor: Cursor, walk: Walk): string {
  const payload = [1, cursor.pinned.logId, cursor.pinned.offsets, cursor.direction, cursor.key];
  return Buffer.from(JSON.stringify([...payload, digestOf(payload, walk)])).toString('base64url');
}

/** Throws 400 `bad-cursor` for anything that `toCursor` did not give for this walk. */
export function parseCursor(text: string, walk: Walk): Cursor {
  const cursor = text.length <= maxLength && /^[A-Za-z0-9_-]+$/.test(text) ? decode(text, walk) : null;
  if (cursor === null) throw problem('bad-cursor', 'The cursor is not of this query. Start again without it.');
  return cursor;
}

function decode(text: string, walk: Walk): Cursor | null {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) return null;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
  if (!Array.isArray(value) || value.length !== 6 || value[0] !== 1) return null;
  if (value[5] !== digestOf(value.slice(0, 5), walk)) return null;
  // The digest holds, so that the rest is as `toCursor` wrote it.
  const [, logId, offsets, direction, key] = value as [1, string, number[], Cursor['direction'], CursorKey];
  return { pinned: { logId, offsets }, direction, key };
}

function digestOf(payload: readonly unknown[], { path, query }: Walk): string {
  const common = Object.entries(query).filter(([name, value]) => !ofThePage.has(name) && value !== undefined);
  const text = canonicalJson([payload, path, Object.fromEntries(common)]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
