/** What an answer says besides its page: `total` and `facets`, of all pages, at the page's own position. */

import type { AskedCounts, CountFacets } from './facet-counter.ts';
import type { FacetName, Facets } from './facet-parameters.ts';
import { toFacets, totalOf } from './facet-values.ts';

export type WantedCounts = { readonly total: boolean; readonly facets: readonly FacetName[] };

export type PageCounts = { readonly total?: number; readonly facets?: Facets };

export async function readPageCounts(
  count: CountFacets,
  { total, facets }: WantedCounts,
  asked: Omit<AskedCounts, 'facets'>,
): Promise<PageCounts> {
  if (!total && facets.length === 0) return {};
  const counts = await count({ ...asked, facets });
  return {
    ...(total && { total: totalOf(counts) }),
    ...(facets.length > 0 && { facets: toFacets(counts, facets, asked.claims.dateMatch) }),
  };
}
