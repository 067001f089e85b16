/** The journal as a feed: raw events, each an item of `GET /v1/events`. */
import { readSql } from '@ledgerline/database';
import type { Offsets } from '@ledgerline/log';
import type { Pool } from 'pg';
import { toEventText } from '../events/event-item.ts';
import type { MatchableEvent } from '../filters/event-matcher.ts';
import { toConditions } from '../filters/filter-conditions.ts';
import { eventStateTests, filterTests } from '../filters/filter-tests.ts';
import { matchSearches, type SearchText, searchTextOfEvent } from '../filters/match-searches.ts';
import { parseSearch } from '../filters/search-query.ts';
import { createStatementValues, fillMarkers } from '../filters/statement-values.ts';
import { createStatementNames, namedIf } from '../reading/statement-names.ts';
import type { Feed, FeedEntry, FeedRange } from './feed.ts';
import { streamPosition } from './stream-position.ts';

type Row = MatchableEvent & {
  readonly partition: number;
  readonly offset: number;
  readonly recorded_at: string;
  /** JSON text as recorded. */
  readonly event: string;
};

const rangeSql = readSql(new URL('./sql/events-range.sql', import.meta.url));
const names = createStatementNames('events-range');

export function createEventFeed(pool: Pool): Feed {
  return {
    name: 'events',
    views: ['journal'],
    isShared: true,
    amendments: null,
    async read(read, range) {
      const { text, values } = eventsRangeStatement(range);
      const rows = await read.query<Row>({ ...namedIf(names.nameOf(text)), text, values });
      const found = await searchRows(pool, rows, range.selection?.filters.q);
      let at = range.after;
      const entries: FeedEntry[] = [];
      for (const [index, row] of rows.entries()) {
        at = at.with(row.partition, row.offset + 1);
        if (found === null || found.has(index)) entries.push(toEntry(row, read.logId, at));
      }
      return { entries, reached: rows.length < range.limit ? range.until : at };
    },
  };
}

/** All filters but `q`: its words are compared afterwards, so that the journal alone is read. */
export function eventsRangeStatement({ after, until, limit, selection }: FeedRange): {
  text: string;
  values: readonly unknown[];
} {
  const values = createStatementValues();
  const filters = selection?.filters ?? {};
  const tests = [...filterTests(filters, selection?.dateMatch), ...eventStateTests(filters.state)];
  const conditions = toConditions(tests, values, 'v.source');
  const text = fillMarkers(rangeSql, {
    after: values.add(after),
    until: values.add(until),
    conditions: conditions.length > 0 ? conditions.join('\n    and ') : 'true',
    limit: `${values.add(limit)}::int`,
  });
  return { text, values: values.values };
}

/** Which rows a search finds; null where there is none. */
async function searchRows(
  pool: Pool,
  rows: readonly Row[],
  q: string | undefined,
): Promise<ReadonlySet<number> | null> {
  const search = parseSearch(q ?? '');
  if (search === null) return null;
  const [found] = await matchSearches(pool, rows.map(searchTextOf), [search]);
  return found ?? null;
}

function searchTextOf({ event }: Row): SearchText | null {
  return searchTextOfEvent(JSON.parse(event));
}

function toEntry(row: Row, logId: string, offsets: Offsets): FeedEntry {
  const position = streamPosition(logId, offsets);
  return {
    position,
    item: toEventText(row, position.token),
    matchable: { row, searchText: () => searchTextOf(row) },
  };
}
