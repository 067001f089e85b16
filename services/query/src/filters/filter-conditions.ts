/**
 * Filters as SQL conditions on a row `v` that has terms, subject, type, earliest, latest and published days: claims'
 * versions and raw events alike. Each condition is a fixed fragment with parameters.
 */
import type { DateMatch } from '../reading/clock-parameters.ts';
import type { RowFilters } from './claim-filters.ts';
import { type FilterTest, filterTests, type SpanTest } from './filter-tests.ts';
import type { StatementValues } from './statement-values.ts';

export type ConditionOptions = {
  readonly dateMatch: DateMatch | undefined;
  /** The column that says who recorded it. */
  readonly sourceColumn: 'v.source' | 'v.event_source';
};

/** Of all filters but `q` and `state`. */
export function filterConditions(filters: RowFilters, values: StatementValues, options: ConditionOptions): string[] {
  return toConditions(filterTests(filters, options.dateMatch), values, options.sourceColumn);
}

export function toConditions(
  tests: readonly FilterTest[],
  values: StatementValues,
  sourceColumn: ConditionOptions['sourceColumn'],
): string[] {
  return tests.flatMap((test) => {
    switch (test.test) {
      case 'terms':
        return [negateIf(test.negated, `v.terms && ${values.add(test.terms)}::text[]`)];
      case 'column': {
        const column = test.column === 'source' ? sourceColumn : (`v.${test.column}` as const);
        return [negateIf(test.negated, `${column} = any (${values.add(test.values)}::text[])`)];
      }
      case 'span':
        return spanConditions(test, values);
      default:
        return test satisfies never;
    }
  });
}

function negateIf(negated: boolean, condition: string): string {
  return negated ? `not (${condition})` : condition;
}

const columnsOf = {
  occurred: { earliest: 'v.earliest', latest: 'v.latest' },
  published: { earliest: 'v.published_earliest', latest: 'v.published_latest' },
} as const;

function spanConditions({ days, match, from, to }: SpanTest, values: StatementValues): string[] {
  const { earliest, latest } = columnsOf[days];
  const conditions: string[] = [];
  if (match === 'certain') {
    if (from !== undefined) conditions.push(`${earliest} >= ${values.add(from)}::date`);
    if (to !== undefined) conditions.push(`${latest} <= ${values.add(to)}::date`);
    return conditions;
  }
  if (from !== undefined) conditions.push(`(${latest} >= ${values.add(from)}::date or ${latest} is null)`);
  if (to !== undefined) conditions.push(`(${earliest} <= ${values.add(to)}::date or ${earliest} is null)`);
  conditions.push(`(${earliest} is not null or ${latest} is not null)`);
  return conditions;
}
