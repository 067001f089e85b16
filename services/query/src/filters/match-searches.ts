/**
 * Searches over texts in memory, by PostgreSQL's own stemming and in one statement for a batch: what `q` says of events
 * that are streamed. The same answer as the index of the timeline gives, whose text is the same.
 */
import { readSql } from '@ledgerline/database';
import { claimOf, claimSearchText, decodeEvent, foldText, searchConfigOf } from '@ledgerline/events';
import type { Pool } from 'pg';
import type { SearchQuery } from './search-query.ts';

const text = readSql(new URL('./sql/match-searches.sql', import.meta.url));

/** Folded, and the configuration of its language. */
export type SearchText = { readonly folded: string; readonly config: string };

/** Of an event as recorded (its parsed JSON); null where it makes no claim: no search finds it. */
export function searchTextOfEvent(event: unknown): SearchText | null {
  const decoded = decodeEvent(event);
  const claim = decoded.ok ? claimOf(decoded.event) : null;
  return claim && { folded: foldText(claimSearchText(claim.kind, claim.data)), config: searchConfigOf(claim.data) };
}

/** For each search, in their order, the places of the texts it finds. Rejects where the database fails. */
export async function matchSearches(
  pool: Pick<Pool, 'query'>,
  texts: readonly (SearchText | null)[],
  searches: readonly SearchQuery[],
): Promise<ReadonlySet<number>[]> {
  const found = searches.map(() => new Set<number>());
  if (searches.length === 0 || texts.every((one) => one === null)) return found;
  const result = await pool.query<{ text: number; search: number }>({
    name: 'match-searches',
    text,
    values: [
      texts.map((one) => one?.folded ?? null),
      texts.map((one) => one?.config ?? null),
      JSON.stringify(searches),
    ],
  });
  for (const row of result.rows) found[row.search]?.add(row.text);
  return found;
}
