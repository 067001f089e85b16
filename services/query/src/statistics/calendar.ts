/**
 * Days and the buckets they fall into: days, ISO weeks, months and years, named as EDTF does (`2021-W31` for a week).
 * Days are `YYYY-MM-DD` in the proleptic Gregorian calendar; they compare as text. No clock, no time zone.
 */

export const bucketUnits = ['day', 'week', 'month', 'year'] as const;
export type BucketUnit = (typeof bucketUnits)[number];

/** A stretch of days, both ends included. */
export type Span = { readonly from: string; readonly to: string };

export type Bucket = Span & { readonly period: string };

const DAY_MS = 86_400_000;

export function addDays(day: string, days: number): string {
  return toDay(fromDay(day) + days * DAY_MS);
}

/** How many days the span has. */
export function daysIn(span: Span): number {
  return (fromDay(span.to) - fromDay(span.from)) / DAY_MS + 1;
}

export function overlaps(a: Span, b: Span): boolean {
  return a.from <= b.to && b.from <= a.to;
}

export function isInside(inner: Span, outer: Span): boolean {
  return outer.from <= inner.from && inner.to <= outer.to;
}

/** The bucket that `day` falls into. */
export function bucketOf(day: string, unit: BucketUnit): Bucket {
  const year = day.slice(0, 4);
  const month = day.slice(0, 7);
  switch (unit) {
    case 'day':
      return { period: day, from: day, to: day };
    case 'week':
      return weekOf(day);
    case 'month':
      return { period: month, from: `${month}-01`, to: lastOfMonth(day) };
    case 'year':
      return { period: year, from: `${year}-01-01`, to: `${year}-12-31` };
    default:
      throw new TypeError(`unknown bucket ${String(unit satisfies never)}`);
  }
}

/** The buckets that the span touches, in order. */
export function* bucketsOf(span: Span, unit: BucketUnit): Generator<Bucket> {
  let bucket = bucketOf(span.from, unit);
  while (bucket.to < span.to) {
    yield bucket;
    bucket = bucketOf(addDays(bucket.to, 1), unit);
  }
  yield bucket;
}

/** The shortest EDTF that means exactly this span: `2021`, `2021-07`, `2021-07-24`, or an interval of days. */
export function spanToEdtf(span: Span): string {
  if (span.from === span.to) return span.from;
  for (const unit of ['month', 'year'] as const) {
    const bucket = bucketOf(span.from, unit);
    if (bucket.from === span.from && bucket.to === span.to) return bucket.period;
  }
  return `${span.from}/${span.to}`;
}

/** ISO 8601: weeks begin on Monday, and week 1 is the one with the year's first Thursday. */
function weekOf(day: string): Bucket {
  const weekday = (new Date(fromDay(day)).getUTCDay() + 6) % 7;
  const monday = addDays(day, -weekday);
  const year = addDays(monday, 3).slice(0, 4);
  const firstMonday = firstWeekOf(year);
  const number = (fromDay(monday) - firstMonday) / (7 * DAY_MS) + 1;
  return { period: `${year}-W${String(number).padStart(2, '0')}`, from: monday, to: addDays(monday, 6) };
}

/** The Monday of week 1: the week that holds 4 January. */
function firstWeekOf(year: string): number {
  const fourth = fromDay(`${year}-01-04`);
  return fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY_MS;
}

function lastOfMonth(day: string): string {
  const date = new Date(fromDay(`${day.slice(0, 7)}-01`));
  date.setUTCMonth(date.getUTCMonth() + 1, 0);
  return toDay(date.getTime());
}

function fromDay(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

/** Clamped to the years 0000 to 9999, which are all that EDTF level 0 can name. */
function toDay(time: number): string {
  const text = new Date(time).toISOString();
  if (text.startsWith('+')) return '9999-12-31';
  return text.startsWith('-') ? '0000-01-01' : text.slice(0, 10);
}
