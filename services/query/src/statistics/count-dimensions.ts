/**
 * By what claims can be counted, as fixed fragments on a claim `c` of count-claims.sql: each dimension joins the values
 * that the claim has, none where it has none. Dates join the bins that the claim's days touch.
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

type DateDimension = CountDimension & BucketUnit;

const dateFormats: Readonly<Record<DateDimension, { readonly format: string; readonly days: number }>> = {
  day: { format: 'YYYY-MM-DD', days: 1 },
  week: { format: 'IYYY-"W"IW', days: 7 },
  month: { format: 'YYYY-MM', days: 28 },
  year: { format: 'YYYY', days: 365 },
};

export function isDateDimension(dimension: CountDimension): dimension is DateDimension {
  return dimension in dateFormats;
}

/** The least number of days in a bin; null where no dimension is a date. */
export function daysABin(dimensions: readonly CountDimension[]): number | null {
  const days = dimensions.filter(isDateDimension).map((dimension) => dateFormats[dimension].days);
  return days.length === 0 ? null : Math.min(...days);
}

/** A lateral join named after the dimension, with its `value`, and `first` and `last` where it is a date. */
export function joinOf(dimension: CountDimension): string {
  switch (dimension) {
    case 'kind':
      return `cross join lateral (select c.kind as value) "kind"`;
    case 'country':
    case 'border':
    case 'measureKind':
    case 'outcome':
      return `cross join lateral (
        select substr(term, ${dimension.length + 2}) as value from unnest(c.terms) term where starts_with(term, '${dimension}:')
      ) "${dimension}"`;
    case 'publisher':
      // As it is spelt: the terms have it folded.
      return `cross join lateral (
        select distinct report ->> 'publisher' as value from json_array_elements(c.reports) report
      ) "publisher"`;
    case 'day':
    case 'week':
    case 'month':
    case 'year':
      return binsOf(dimension);
    default:
      return dimension satisfies never;
  }
}

function binsOf(unit: DateDimension): string {
  // timestamp without time zone: the days are nobody's local time.
  return `cross join lateral (
        select to_char(bin, '${dateFormats[unit].format}') as value, bin::date as first,
          (bin + interval '1 ${unit}' - interval '1 day')::date as last
        from generate_series(date_trunc('${unit}', c.lo::timestamp), c.hi::timestamp, interval '1 ${unit}') bin
      ) "${unit}"`;
}
