/** Which versions a list of claims is of: visible, of the state asked for, and left by every filter. */

import type { Offsets } from '@ledgerline/log';
import type { ClaimFilters } from '../filters/claim-filters.ts';
import { filterConditions } from '../filters/filter-conditions.ts';
import { type SearchConditions, searchConditions } from '../filters/search-conditions.ts';
import { parseSearch } from '../filters/search-query.ts';
import type { StatementValues } from '../filters/statement-values.ts';
import type { DateMatch, KnownBy } from '../reading/clock-parameters.ts';
import { visibility } from './visibility.ts';

export type ChosenClaims = { readonly filters: ClaimFilters; readonly dateMatch: DateMatch | undefined };

/** `at` null: what the view holds when the statement runs. */
export type ReadAt = { readonly at: Offsets | null; readonly knownBy: KnownBy | null };

export type ClaimConditions = {
  /** On `timeline.versions v`; at least one. */
  readonly conditions: readonly string[];
  readonly rank: SearchConditions['rank'];
};

export function claimConditions(
  { filters, dateMatch }: ChosenClaims,
  { at, knownBy }: ReadAt,
  values: StatementValues,
): ClaimConditions {
  const search = searchConditions(parseSearch(filters.q ?? ''), values);
  const state = filters.state ?? 'current';
  return {
    conditions: [
      ...visibility(at, knownBy, values).version,
      ...(state === 'all' ? [] : [`v.state = '${state satisfies 'current' | 'retracted'}'`]),
      ...filterConditions(filters, values, { dateMatch, sourceColumn: 'v.event_source' }),
      ...search.conditions,
    ],
    rank: search.rank,
  };
}
