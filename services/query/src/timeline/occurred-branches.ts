/**
 * A list bounded in time as ranges of the index (occurred_sort, subject). Days overlap a span wherever they begin before
 * its end, however long before: walked in order, August 2021 was reached past 100,000 claims of other months (2 s). A claim
 * of at most a month begins at most a month before the span; the few longer and open ones have an index of their own
 * (versions_long). The page is the first rows of both together.
 */
import type { ClaimFilters } from '../filters/claim-filters.ts';
import { filterTests } from '../filters/filter-tests.ts';
import type { StatementValues } from '../filters/statement-values.ts';
import type { DateMatch } from '../reading/clock-parameters.ts';

/** As the index's predicate writes it: rows that have no end, or reach over more than a month. */
const isLong = 'coalesce(v.latest - v.earliest, 1000) > 31';

/** Conditions, in addition to the filters', of the parts the rows fall into: each row is in one of them. */
export function occurredBranches(
  filters: ClaimFilters,
  dateMatch: DateMatch | undefined,
  values: StatementValues,
): readonly (readonly string[])[] {
  const spans = filterTests(filters, dateMatch).filter((test) => test.test === 'span' && test.days === 'occurred');
  if (spans.length === 0) return [[]];
  const short: string[] = [];
  for (const span of spans) {
    if (span.test !== 'span') continue;
    const reach = span.match === 'certain' ? '' : ' - 31';
    if (span.from !== undefined) short.push(`v.occurred_sort >= ${values.add(span.from)}::date${reach}`);
    if (span.to !== undefined) short.push(`v.occurred_sort <= ${values.add(span.to)}::date`);
  }
  return [[`not (${isLong})`, ...short], [isLong]];
}
