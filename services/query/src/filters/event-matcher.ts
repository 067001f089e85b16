/**
 * Parsed filters as a predicate over a journal row in memory: the same answer as the SQL conditions, for streams.
 *
 *   const matcher = createEventMatcher(filters, dateMatch);   // filters: parsed by eventFilterParameters
 *   matcher.matches(row)      // true: all filters but `q` hold
 *   matcher.search            // null without `q`; else what to hand to matchSearches (match-searches.ts) with the texts
 *                             // of the rows that are left: stemming is PostgreSQL's, one statement for a whole batch
 */
import type { DateMatch } from '../reading/clock-parameters.ts';
import type { EventFilters } from './claim-filters.ts';
import { eventStateTests, type FilterTest, filterTests, type SpanTest } from './filter-tests.ts';
import { parseSearch, type SearchQuery } from './search-query.ts';

/** A row of journal.events as far as filters look at it. Days are `YYYY-MM-DD`. */
export type MatchableEvent = {
  readonly source: string;
  readonly subject: string;
  readonly type: string;
  readonly terms: readonly string[];
  readonly earliest: string | null;
  readonly latest: string | null;
  readonly published_earliest: string | null;
  readonly published_latest: string | null;
};

export type EventMatcher = {
  matches(row: MatchableEvent): boolean;
  readonly search: SearchQuery | null;
};

export function createEventMatcher(filters: EventFilters, dateMatch?: DateMatch): EventMatcher {
  const tests = [...filterTests(filters, dateMatch), ...eventStateTests(filters.state)].map(toPredicate);
  return {
    matches: (row) => tests.every((holds) => holds(row)),
    search: parseSearch(filters.q ?? ''),
  };
}

type Predicate = (row: MatchableEvent) => boolean;

function toPredicate(test: FilterTest): Predicate {
  switch (test.test) {
    case 'terms': {
      const wanted = new Set(test.terms);
      return ({ terms }) => terms.some((term) => wanted.has(term)) !== test.negated;
    }
    case 'column': {
      const wanted = new Set(test.values);
      return (row) => wanted.has(row[test.column]) !== test.negated;
    }
    case 'span':
      return toSpanPredicate(test);
    default:
      return test satisfies never;
  }
}

function toSpanPredicate({ days, match, from, to }: SpanTest): Predicate {
  const daysOf = ({ earliest, latest, published_earliest, published_latest }: MatchableEvent) =>
    days === 'occurred' ? ([earliest, latest] as const) : ([published_earliest, published_latest] as const);
  if (match === 'certain') {
    return (row) => {
      const [earliest, latest] = daysOf(row);
      const begins = from === undefined || (earliest !== null && earliest >= from);
      return begins && (to === undefined || (latest !== null && latest <= to));
    };
  }
  return (row) => {
    const [earliest, latest] = daysOf(row);
    if (earliest === null && latest === null) return false;
    const reaches = from === undefined || latest === null || latest >= from;
    return reaches && (to === undefined || earliest === null || earliest <= to);
  };
}
