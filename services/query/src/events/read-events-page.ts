/**
 * A page of raw events. The walk's range is fixed on its first page: from `after` up to `until`; the cursor carries both.
 */

import { problem } from '@ledgerline/http';
import { type Offsets, toPositionToken } from '@ledgerline/log';
import { JsonText, type Read } from '../read-context.ts';
import { type Cursor, toCursor, type Walk } from '../reading/cursor.ts';
import type { Page } from '../reading/page.ts';
import { createStatementNames, namedIf } from '../reading/statement-names.ts';
import { countEvents } from './count-events.ts';
import { advance, toEventItem } from './event-item.ts';
import type { EventShape } from './event-shape.ts';
import { type EventKey, type EventRow, type EventsSpec, eventsStatement, keyOf } from './events-statement.ts';

export type EventsPageSpec = Pick<EventsSpec, 'filters' | 'dateMatch' | 'limit'> & {
  readonly cursor: Cursor | null;
  readonly shape: EventShape;
  /** Count all of the range as well. */
  readonly total: boolean;
};

export type EventsPage = { readonly body: JsonText; readonly page: Page; readonly isEmpty: boolean };

/** Cursor keys: the event to go on from, the walk's range, and the position at that event. */
type EventCursorKey = readonly [...EventKey, after: Offsets, until: Offsets, at: Offsets];

const names = createStatementNames('events');

/** The range the request asks for. Throws 400 where it ends before it begins. */
export function rangeOf(read: Read): { after: Offsets; until: Offsets } {
  const after = read.located.places.get('after') ?? read.at.map(() => 0);
  const wanted = read.located.places.get('until') ?? read.at;
  const until = wanted.map((offset, partition) => Math.min(offset, read.at[partition] ?? 0));
  if (after.some((offset, partition) => offset > (until[partition] ?? 0))) {
    throw problem('invalid-parameter', 'after: lies beyond until', {
      errors: [{ parameter: 'after', message: 'lies beyond until', code: 'contradiction' }],
    });
  }
  return { after, until };
}

export async function readEvents(read: Read, spec: Omit<EventsSpec, 'lastRecorded'>): Promise<EventRow[]> {
  const lastRecorded = await read.lastRecorded(spec.until);
  const { text, values } = eventsStatement({ ...spec, lastRecorded });
  // How far back decides on the plan, which a name would let PostgreSQL keep for all.
  const name = lastRecorded === null ? names.nameOf(text) : undefined;
  return await read.query<EventRow>({ ...namedIf(name), text, values });
}

export async function readEventsPage(
  read: Read,
  walk: Walk,
  { cursor, limit, shape, total, ...filters }: EventsPageSpec,
): Promise<EventsPage> {
  const key = cursor === null ? null : (cursor.key as unknown as EventCursorKey);
  const { after, until } = key === null ? rangeOf(read) : { after: key[3], until: key[4] };
  const { knownBy } = read;
  const languages = await read.languages(filters.filters.q);
  const backwards = cursor?.direction === 'prev';
  const from = key === null ? null : { direction: cursor?.direction ?? 'next', key: [key[0], key[1], key[2]] as const };
  const found = await readEvents(read, { ...filters, knownBy, languages, after, until, from, limit: limit + 1 });
  const more = found.length > limit;
  const rows = backwards ? found.slice(0, limit).toReversed() : found.slice(0, limit);

  const begin = backwards ? before(rows, key?.[5] ?? after) : (key?.[5] ?? after);
  const items: string[] = [];
  let at = begin;
  for (const row of rows) {
    at = advance(at, row);
    items.push(toEventItem(row, read.logId, at, shape));
  }
  const [first, last] = [rows[0], rows.at(-1)];
  const onwards = backwards || more;
  const cursorAt = (direction: Cursor['direction'], row: EventRow, position: Offsets) =>
    toCursor(
      { pinned: { logId: read.logId, offsets: read.at }, direction, key: [...keyOf(row), after, until, position] },
      walk,
    );
  const page: Page = {
    next: last && onwards ? cursorAt('next', last, at) : null,
    prev: first && (backwards ? more : cursor !== null) ? cursorAt('prev', first, begin) : null,
    ...(total ? { total: await countEvents(read, { ...filters, knownBy, languages, after, until }) } : {}),
    // One for the whole walk: its end, and where to go on from for what comes later.
    position: toPositionToken({ logId: read.logId, offsets: until }),
  };
  return {
    page,
    isEmpty: rows.length === 0,
    body: new JsonText(`{"items":[${items.join(',')}],"page":${JSON.stringify(page)}}`),
  };
}

/** The position before these rows, from the one after them. */
function before(rows: readonly EventRow[], after: Offsets): Offsets {
  let at = after;
  for (const row of rows.toReversed()) at = at.with(row.partition, row.offset);
  return at;
}
