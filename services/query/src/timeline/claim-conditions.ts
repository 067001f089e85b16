/** Which versions a list of claims is of: visible, of the state asked for, and left by every filter. */

import type { Offsets } from '@ledgerline/log';
import type { ClaimFilters } from '../filters/claim-filters.ts';
import { filterConditions } from '../filters/filter-conditions.ts';
import { type Languages, type SearchConditions, searchConditions } from '../filters/search-conditions.ts';
import { parseSearch } from '../filters/search-query.ts';
import type { StatementValues } from '../filters/statement-values.ts';
import type { DateMatch, KnownBy } from '../reading/clock-parameters.ts';
import type { LastRecorded } from '../reading/last-recorded.ts';
import { type Visibility, visibility } from './visibility.ts';

export type ChosenClaims = {
  readonly filters: ClaimFilters;
  readonly dateMatch: DateMatch | undefined;
  /** For `q`: those of the position that is read at. */
  readonly languages?: Languages;
};

/** `at` null: what the view holds when the statement runs. */
export type ReadAt = {
  readonly at: Offsets | null;
  readonly knownBy: KnownBy | null;
  /** Of `at`. */
  readonly lastRecorded?: LastRecorded;
};

export type ClaimConditions = {
  /** On `timeline.versions v`; at least one. */
  readonly conditions: readonly string[];
  readonly rank: SearchConditions['rank'];
};

export function claimConditions(
  { filters, dateMatch, languages = [] }: ChosenClaims,
  { at, knownBy, lastRecorded = null }: ReadAt,
  values: StatementValues,
): ClaimConditions {
  const search = searchConditions(parseSearch(filters.q ?? ''), values, languages);
  return {
    conditions: [
      ...recordedConditions(lastRecorded, values),
      ...stateConditions(filters.state, visibility(at, knownBy, values)),
      ...filterConditions(filters, values, { dateMatch, sourceColumn: 'v.event_source' }),
      ...search.conditions,
    ],
    rank: search.rank,
  };
}

/** No claim that is there was recorded later: with this PostgreSQL finds it by the index of times, or begins there. */
export function recordedConditions(lastRecorded: LastRecorded, values: StatementValues): readonly string[] {
  return lastRecorded === null ? [] : [`v.first_recorded_at <= ${values.add(lastRecorded)}::timestamptz`];
}

/** Versions of the state asked for; `current` where none is. */
export function stateConditions(
  state: ClaimFilters['state'] = 'current',
  { version, unlawful }: Pick<Visibility, 'version' | 'unlawful'>,
): readonly string[] {
  if (state === 'current') return [...version, `v.state = 'current'`];
  const shown = unlawful === 'false' ? version : [`((${version.join(' and ')}) or ${unlawful})`];
  return state === 'all' ? shown : [...shown, `v.state = 'retracted'`];
}
