/**
 * By what claims can be counted, as fixed fragments on a claim `c` of count-claims.sql: each dimension but time joins the
 * values that the claim has.
 */
import type { BucketUnit } from './calendar.ts';

export const countDimensions = [
  'kind',
  'country',
  'border',
  'publisher',
  'measureKind',
  'outcome',
  'day',
  'week',
  'month',
  'year',
] as const;

export type CountDimension = (typeof countDimensions)[number];

export type DateDimension = CountDimension & BucketUnit;

const dateFormats: Readonly<Record<DateDimension, { readonly format: string; readonly days: number }>> = {
  day: { format: 'YYYY-MM-DD', days: 1 },
  week: { format: 'IYYY-"W"IW', days: 7 },
  month: { format: 'YYYY-MM', days: 28 },
  year: { format: 'YYYY', days: 365 },
};

export function isDateDimension(dimension: CountDimension): dimension is DateDimension {
  return dimension in dateFormats;
}

/** The least number of days in a bin. */
export function daysABin(unit: DateDimension): number {
  return dateFormats[unit].days;
}

/**
 * A lateral join named after the dimension, with its `value`.
 * @param keep claims that have no value, with a null
 */
export function joinOf(dimension: Exclude<CountDimension, DateDimension>, keep: boolean): string {
  return `${keep ? 'left' : 'inner'} join lateral (${valuesOf(dimension)}) "${dimension}" on true`;
}

function valuesOf(dimension: Exclude<CountDimension, DateDimension>): string {
  switch (dimension) {
    case 'kind':
      return 'select c.kind as value';
    case 'country':
    case 'border':
    case 'measureKind':
    case 'outcome':
      return `select substr(term, ${dimension.length + 2}) as value from unnest(c.terms) term where starts_with(term, '${dimension}:')`;
    case 'publisher':
      // As it is spelt: the terms have it folded.
      return `select distinct report ->> 'publisher' as value from json_array_elements(c.reports) report`;
    default:
      return dimension satisfies never;
  }
}

/** The first and the last day of a claim, as columns `lo` and `hi`: of its bins, where there is one unit; else its own. */
export function daysOf(units: readonly DateDimension[]): string {
  const [unit, ...others] = units;
  if (unit === undefined) return 'null::date as lo, null::date as hi';
  if (unit === 'day' || others.length > 0) return 'c.earliest as lo, c.latest as hi';
  // timestamp without time zone: the days are nobody's local time.
  return `date_trunc('${unit}', c.earliest::timestamp)::date as lo,
    (date_trunc('${unit}', c.latest::timestamp) + interval '1 ${unit}' - interval '1 day')::date as hi`;
}

/** The bin that all days of a claim lie in, where `isWithin` holds. */
export function binOf(unit: DateDimension): string {
  return `to_char(c.earliest, '${dateFormats[unit].format}')`;
}

/** All days that the claim may be of lie in one bin. */
export function isWithin(unit: DateDimension): string {
  return `date_trunc('${unit}', c.earliest::timestamp) = date_trunc('${unit}', c.latest::timestamp)`;
}
