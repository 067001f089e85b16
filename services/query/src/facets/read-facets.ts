/** What an answer says besides its page: `total` and `facets`, of all pages, at the page's own position. */
import { readSql } from '@ledgerline/database';
import type { ChosenClaims } from '../timeline/claim-conditions.ts';
import type { AskedCounts, CountFacets } from './facet-counter.ts';
import type { FacetName, Facets } from './facet-parameters.ts';
import { toFacets, totalOf } from './facet-values.ts';

export type WantedCounts = { readonly total: boolean; readonly facets: readonly FacetName[] };

export type PageCounts = { readonly total?: number; readonly facets?: Facets };

type ReadAt = Pick<AskedCounts, 'schema' | 'logId' | 'at' | 'knownBy' | 'lastRecorded'> & {
  query<Row>(statement: { readonly name: string; readonly text: string }): Promise<Row[]>;
};

const unlawfulSql = readSql(new URL('../directory/sql/unlawful-claims.sql', import.meta.url));

export async function readPageCounts(
  count: CountFacets,
  { total, facets }: WantedCounts,
  claims: ChosenClaims,
  { query, schema, logId, at, knownBy, lastRecorded }: ReadAt,
): Promise<PageCounts> {
  if (!total && facets.length === 0) return {};
  const [row] = await query<{ claims: number }>({ name: 'unlawful-claims', text: unlawfulSql });
  const unlawful = row?.claims ?? 0;
  const counts = await count({ schema, logId, at, knownBy, lastRecorded, claims, facets, unlawful });
  return {
    ...(total && { total: totalOf(counts) }),
    ...(facets.length > 0 && { facets: toFacets(counts, facets, claims.dateMatch) }),
  };
}
