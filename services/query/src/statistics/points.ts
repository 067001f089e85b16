/**
 * The points of a series: a point per reported period, or with a bucket one per bucket and accounting (details 16, 17).
 */

import { cumulativePoints, incrementPoint, stockPoint } from './bucket-points.ts';
import { type Bucket, type BucketUnit, bucketOf, bucketsOf, daysIn, type Span } from './calendar.ts';
import { derivedIncrementsOf } from './derived-increments.ts';
import { compareEntries, type Entry, entriesOf, spanOf, toPoint } from './entries.ts';
import type { Accounting, Figure, Point } from './figure.ts';

/** Days, both included; null = no limit. */
export type Window = { readonly from: string | null; readonly to: string | null };

export type PointsQuery = Window & {
  readonly bucket: BucketUnit | null;
  readonly accounting: Accounting | null;
};

/** More buckets, over all figures that straddle several, than anybody reads: a period of centuries by days would make millions. */
export const maxBuckets = 20_000;

export type PointsResult =
  | { readonly ok: true; readonly total: number; readonly slice: (start: number, end: number) => readonly Point[] }
  | { readonly ok: false; readonly reason: 'too-many-buckets' };

/** Points in order of time. `accounting: 'increment'` adds what follows from successive cumulatives. */
export function pointsOf(figures: readonly Figure[], query: PointsQuery): PointsResult {
  const entries = entriesFor(figures, query);
  if (query.bucket === null) {
    const shown = entries.filter((entry) => touches(entry, query));
    return { ok: true, total: shown.length, slice: (start, end) => shown.slice(start, end).map(toPoint) };
  }
  const { bucket: unit } = query;
  const window = wholeBuckets(query, unit);
  const spans = entries.flatMap((entry) => spanInWindow(entry, window));
  if (spans.reduce((total, span) => total + bucketCount(span, unit), 0) > maxBuckets) {
    return { ok: false, reason: 'too-many-buckets' };
  }
  const points = pointsByBucket(entries, unit, window);
  return { ok: true, total: points.length, slice: (start, end) => points.slice(start, end) };
}

/** The reported periods of the series, those of the derived increments among them where they are asked for. */
export function entriesFor(figures: readonly Figure[], { accounting }: { accounting: Accounting | null }): Entry[] {
  const reported = entriesOf(figures);
  if (accounting === null) return reported;
  const chosen = reported.filter((entry) => entry.accounting === accounting);
  return accounting === 'increment' ? withDerived(chosen, derivedIncrementsOf(figures)) : chosen;
}

/** Overlaps the window; an open or unknown end reaches as far as need be. */
export function touches(entry: Entry, { from, to }: Window): boolean {
  return (
    (to === null || entry.from === null || entry.from <= to) && (from === null || entry.to === null || entry.to >= from)
  );
}

/** A derived increment over a period that is reported as well stands beside it as another source. */
function withDerived(reported: readonly Entry[], derived: readonly Entry[]): Entry[] {
  const sameDays = Map.groupBy([...reported, ...derived], (entry) => JSON.stringify([entry.from, entry.to]));
  return [...sameDays.values()].flatMap(joinDerived).toSorted(compareEntries);
}

function joinDerived(entries: readonly Entry[]): Entry[] {
  const derived = entries.filter((entry) => entry.flags.includes('derived'));
  const [first, ...others] = entries.filter((entry) => !entry.flags.includes('derived'));
  if (first === undefined) return derived;
  const joined = {
    ...first,
    statements: [...first.statements, ...derived.flatMap((entry) => entry.statements)],
    flags: [...first.flags, ...derived.flatMap((entry) => entry.flags)],
  };
  return [joined, ...others];
}

function pointsByBucket(entries: readonly Entry[], unit: BucketUnit, window: Window): Point[] {
  const touched = new Map<string, { bucket: Bucket; entries: Entry[] }>();
  for (const entry of entries) {
    for (const span of spanInWindow(entry, window)) {
      for (const bucket of bucketsOf(span, unit)) {
        const known = touched.get(bucket.period) ?? { bucket, entries: [] };
        known.entries.push(entry);
        touched.set(bucket.period, known);
      }
    }
  }
  return [...touched.values()]
    .toSorted((a, b) => (a.bucket.from < b.bucket.from ? -1 : 1))
    .flatMap(({ bucket, entries: own }) => [
      ...cumulativePoints(bucket, own),
      ...[incrementPoint(bucket, own), stockPoint(bucket, own)].filter((point) => point !== null),
    ]);
}

/** The days that decide an entry's buckets, within the window: none or one span. A cumulative counts where it ends. */
function spanInWindow(entry: Entry, { from, to }: Window): Span[] {
  const whole =
    entry.accounting === 'cumulative' ? spanOfDay(entry.to) : (spanOf(entry) ?? spanOfDay(entry.from ?? entry.to));
  if (whole === null) return [];
  const cut = {
    from: from !== null && from > whole.from ? from : whole.from,
    to: to !== null && to < whole.to ? to : whole.to,
  };
  return cut.from <= cut.to ? [cut] : [];
}

function spanOfDay(day: string | null): Span | null {
  return day === null ? null : { from: day, to: day };
}

/** A bucket shows whole or not at all: cut in the middle, its figures would come out wrong. */
function wholeBuckets({ from, to }: Window, unit: BucketUnit): Window {
  return { from: from && bucketOf(from, unit).from, to: to && bucketOf(to, unit).to };
}

/** About how many buckets the span touches besides its first two. */
function bucketCount(span: Span, unit: BucketUnit): number {
  return Math.max(0, Math.ceil(daysIn(span) / daysIn(bucketOf(span.from, unit))) - 1);
}
