/** What an answer says besides its page: `total` and `facets`, of all pages, at the page's own position. */
import type { ChosenClaims } from '../timeline/claim-conditions.ts';
import type { AskedCounts, CountFacets } from './facet-counter.ts';
import type { FacetName, Facets } from './facet-parameters.ts';
import { toFacets, totalOf } from './facet-values.ts';

export type WantedCounts = { readonly total: boolean; readonly facets: readonly FacetName[] };

export type PageCounts = { readonly total?: number; readonly facets?: Facets };

type ReadAt = Pick<AskedCounts, 'schema' | 'logId' | 'at' | 'knownBy' | 'lastRecorded'>;

export async function readPageCounts(
  count: CountFacets,
  { total, facets }: WantedCounts,
  claims: ChosenClaims,
  { schema, logId, at, knownBy, lastRecorded }: ReadAt,
): Promise<PageCounts> {
  if (!total && facets.length === 0) return {};
  const counts = await count({ schema, logId, at, knownBy, lastRecorded, claims, facets });
  return {
    ...(total && { total: totalOf(counts) }),
    ...(facets.length > 0 && { facets: toFacets(counts, facets, claims.dateMatch) }),
  };
}
