/**
 * Searches over texts in memory, by PostgreSQL's own stemming and in one statement for a batch: what `q` says of events
 * that are streamed. The same answer as the index of the timeline gives, whose text is the same.
 */
import { readSql } from '@ledgerline/database';
import { claimOf, claimSearchText, decodeEvent, foldText } from '@ledgerline/events';
import type { Pool } from 'pg';
import type { SearchQuery } from './search-query.ts';

const text = readSql(new URL('./sql/match-searches.sql', import.meta.url));

/** The folded text of an event as recorded (its parsed JSON); null where it makes no claim: no search finds it. */
export function searchTextOfEvent(event: unknown): string | null {
  const decoded = decodeEvent(event);
  const claim = decoded.ok ? claimOf(decoded.event) : null;
  return claim && foldText(claimSearchText(claim.kind, claim.data));
}

/** For each search, in their order, the places of the texts it finds. Rejects where the database fails. */
export async function matchSearches(
  pool: Pick<Pool, 'query'>,
  texts: readonly (string | null)[],
  searches: readonly SearchQuery[],
): Promise<ReadonlySet<number>[]> {
  const found = searches.map(() => new Set<number>());
  if (searches.length === 0 || texts.every((one) => one === null)) return found;
  const result = await pool.query<{ text: number; search: number }>({
    name: 'match-searches',
    text,
    values: [texts, JSON.stringify(searches)],
  });
  for (const row of result.rows) found[row.search]?.add(row.text);
  return found;
}
