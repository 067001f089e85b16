/**
 * What filters ask of a row, as data: the rules are written here once, and rendered twice, as SQL (filter-conditions.ts)
 * and as a predicate in memory (event-matcher.ts). All tests of a list must hold.
 */
import { foldedFilters, foldText } from '@ledgerline/events';
import type { DateMatch } from '../reading/clock-parameters.ts';
import type { RowFilters } from './claim-filters.ts';

export type FilterTest =
  /** The row has one of these terms, or (negated) none. */
  | { readonly test: 'terms'; readonly negated: boolean; readonly terms: readonly string[] }
  /** The column is one of these values, or (negated) none; it is never null. */
  | {
      readonly test: 'column';
      readonly column: 'subject' | 'source';
      readonly negated: boolean;
      readonly values: readonly string[];
    }
  | SpanTest;

/**
 * Possible: the days overlap the span, an open end going on for ever. Certain: they lie within it. Rows that have no
 * days at all (a retraction's report, a link's) match neither.
 */
export type SpanTest = {
  readonly test: 'span';
  readonly days: 'occurred' | 'published';
  readonly match: DateMatch;
  /** First and last day of the span, `YYYY-MM-DD`; undefined: unbounded. One of them is given. */
  readonly from: string | undefined;
  readonly to: string | undefined;
};

/** Filters that ask for terms of a claim (packages/events: claimTerms). */
export const termFilters = [
  'kind',
  'type',
  'country',
  'border',
  'place',
  'actor',
  'publisher',
  'measureKind',
  'outcome',
  'stance',
  'tag',
] as const;
const columns = ['subject', 'source'] as const;
const folded = new Set<string>(foldedFilters);

/** Of all filters but `q` and `state`, which look at more than terms and columns. */
export function filterTests(filters: RowFilters, match: DateMatch = 'possible'): FilterTest[] {
  const tests: FilterTest[] = [];
  for (const name of termFilters) {
    const filter = filters[name];
    if (filter === undefined) continue;
    const terms = filter.values.map((value) => `${name}:${folded.has(name) ? foldText(value) : value}`);
    tests.push({ test: 'terms', negated: filter.negated, terms });
  }
  if (filters.hasFigure !== undefined) {
    tests.push({ test: 'terms', negated: filters.hasFigure === 'false', terms: ['has:figure'] });
  }
  for (const column of columns) {
    const filter = filters[column];
    if (filter !== undefined) tests.push({ test: 'column', column, ...filter });
  }
  const { from, to, on, publishedFrom, publishedTo } = filters;
  const spans = [
    ['occurred', from?.first, to?.last],
    ['occurred', on?.first, on?.last],
    ['published', publishedFrom?.first, publishedTo?.last],
  ] as const;
  for (const [days, first, last] of spans) {
    if (first !== undefined || last !== undefined) tests.push({ test: 'span', days, match, from: first, to: last });
  }
  return tests;
}

/** Of raw events only retractions are `retracted`. */
export function eventStateTests(state: 'current' | 'retracted' | 'all' | undefined): FilterTest[] {
  if (state === undefined || state === 'all') return [];
  return [{ test: 'terms', negated: state === 'current', terms: ['type:claim.retracted.v1'] }];
}
