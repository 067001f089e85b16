/**
 * Filters as conditions on a row `v` that has terms, subject, type, earliest, latest and published days: claims'
 * versions and raw events alike. Each condition is a fixed fragment with parameters.
 */
import { foldText } from '@ledgerline/events';
import type { DateMatch } from '../reading/clock-parameters.ts';
import type { EventFilters } from './claim-filters.ts';
import type { ListFilter } from './list-parameter.ts';
import type { StatementValues } from './statement-values.ts';

type TermFilter =
  | 'kind'
  | 'country'
  | 'border'
  | 'place'
  | 'actor'
  | 'publisher'
  | 'measureKind'
  | 'outcome'
  | 'stance'
  | 'tag';

/** Whether the terms of events are folded under this name (packages/events writes them so). */
const termFilters: Readonly<Record<TermFilter, { folded: boolean }>> = {
  kind: { folded: false },
  country: { folded: false },
  border: { folded: false },
  place: { folded: true },
  actor: { folded: true },
  publisher: { folded: true },
  measureKind: { folded: false },
  outcome: { folded: false },
  stance: { folded: false },
  tag: { folded: true },
};

export type ConditionOptions = {
  readonly dateMatch: DateMatch | undefined;
  /** The column that says who recorded it. */
  readonly sourceColumn: 'v.source' | 'v.event_source';
};

export function filterConditions(filters: EventFilters, values: StatementValues, options: ConditionOptions): string[] {
  const conditions: string[] = [];
  for (const [name, { folded }] of Object.entries(termFilters) as [TermFilter, { folded: boolean }][]) {
    const filter = filters[name];
    if (filter === undefined) continue;
    const terms = filter.values.map((value) => `${name}:${folded ? foldText(value) : value}`);
    conditions.push(negateIf(filter, `v.terms && ${values.add(terms)}::text[]`));
  }
  if (filters.hasFigure !== undefined) {
    conditions.push(filters.hasFigure === 'true' ? `v.terms @> '{has:figure}'` : `not (v.terms @> '{has:figure}')`);
  }
  if (filters.type)
    conditions.push(negateIf(filters.type, `v.type = any (${values.add(filters.type.values)}::text[])`));
  if (filters.subject) {
    conditions.push(negateIf(filters.subject, `v.subject = any (${values.add(filters.subject.values)}::text[])`));
  }
  if (filters.source) {
    conditions.push(
      negateIf(filters.source, `${options.sourceColumn} = any (${values.add(filters.source.values)}::text[])`),
    );
  }
  conditions.push(...dateConditions(filters, values, options.dateMatch ?? 'possible'));
  return conditions;
}

function negateIf(filter: ListFilter, condition: string): string {
  return filter.negated ? `not (${condition})` : condition;
}

function dateConditions(filters: EventFilters, values: StatementValues, match: DateMatch): string[] {
  const { from, to, on, publishedFrom, publishedTo } = filters;
  return [
    ...spanConditions('v.earliest', 'v.latest', { from: from?.first, to: to?.last }, values, match),
    ...spanConditions('v.earliest', 'v.latest', { from: on?.first, to: on?.last }, values, match),
    ...spanConditions(
      'v.published_earliest',
      'v.published_latest',
      { from: publishedFrom?.first, to: publishedTo?.last },
      values,
      match,
    ),
  ];
}

type Columns = 'v.earliest' | 'v.latest' | 'v.published_earliest' | 'v.published_latest';

/**
 * Possible: the days overlap the span, an open end going on for ever. Certain: they lie within it. Rows that have no
 * days at all (a retraction's report, a link's) match neither.
 */
function spanConditions(
  earliest: Columns,
  latest: Columns,
  span: { from: string | undefined; to: string | undefined },
  values: StatementValues,
  match: DateMatch,
): string[] {
  const conditions: string[] = [];
  const { from, to } = span;
  if (match === 'certain') {
    if (from !== undefined) conditions.push(`${earliest} >= ${values.add(from)}::date`);
    if (to !== undefined) conditions.push(`${latest} <= ${values.add(to)}::date`);
    return conditions;
  }
  if (from !== undefined) conditions.push(`(${latest} >= ${values.add(from)}::date or ${latest} is null)`);
  if (to !== undefined) conditions.push(`(${earliest} <= ${values.add(to)}::date or ${earliest} is null)`);
  if (conditions.length > 0) conditions.push(`(${earliest} is not null or ${latest} is not null)`);
  return conditions;
}
