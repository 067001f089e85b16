/**
 * What a series says of one stretch of days: a calendar bucket, or a period to compare (details 17 and 18).
 * A cumulative keeps its own bounds, increments are added where disjoint, of stocks the last stands. No figure is split,
 * and none is added to another accounting's.
 */
import { type Bucket, daysIn, isInside, overlaps, type Span } from './calendar.ts';
import { coverDisjointly } from './disjoint-cover.ts';
import { type Entry, policyOf, spanOf, toPoint } from './entries.ts';
import { compareText, type Flag, type Point, sortedFlags, uniqueClaims } from './figure.ts';
import { anyCount, maximum, sum, toInterval } from './interval.ts';

/** A point per start of counting, each with the furthest as-of in the bucket. */
export function cumulativePoints(bucket: Bucket, entries: readonly Entry[]): Point[] {
  const inside = entries.filter(
    ({ accounting, to }) => accounting === 'cumulative' && to !== null && bucket.from <= to && to <= bucket.to,
  );
  const byStart = [...Map.groupBy(inside, (entry) => entry.from ?? `${entry.period.split('/')[0]}`).entries()];
  return byStart
    .toSorted(([a], [b]) => compareText(a, b))
    .flatMap(([, ofStart]) => {
      const furthest = ofStart.at(-1);
      if (furthest === undefined) return [];
      const point = toPoint(furthest);
      const flags = [...point.flags, ...ofStart.flatMap((entry) => entry.flags)];
      if ((furthest.to ?? '') < bucket.to) flags.push('to-date');
      return [{ ...point, period: bucket.period, reported: furthest.period, flags: sortedFlags(flags) }];
    });
}

/** The sum of what increments cover of the bucket; null where none touches it. */
export function incrementPoint(bucket: Bucket, entries: readonly Entry[]): Point | null {
  const touching = touchingEntries(bucket, entries, 'increment');
  const [first] = touching;
  if (first === undefined) return null;
  const { inside, straddling } = split(touching, bucket);
  const cover = coverDisjointly(inside);
  const unused = [...straddling, ...cover.clashing];
  const parts = cover.chosen.map(({ entry }) => toPoint(entry));
  const whole = cover.coveredDays === daysIn(bucket);
  const flags: Flag[] = parts.flatMap((part) => [...part.flags]);
  if (unused.length > 0) flags.push('not-combinable');
  if (parts.length > 0 && !whole) flags.push('partial');
  const total = sum(parts);
  return {
    period: bucket.period,
    accounting: 'increment',
    ...(parts.length === 0 ? anyCount : whole ? total : { ...total, best: null, upper: null, upperInclusive: false }),
    flags: sortedFlags(flags),
    claims: claimsIn([...cover.chosen, ...unused]),
    policy: policyOf(first.entry.statements),
  };
}

/** The last stock in the bucket, with the peak; null where no stock touches it. */
export function stockPoint(bucket: Bucket, entries: readonly Entry[]): Point | null {
  const touching = touchingEntries(bucket, entries, 'stock');
  const [first] = touching;
  if (first === undefined) return null;
  const { inside, straddling } = split(touching, bucket);
  const last = inside.at(-1);
  const base = last === undefined ? null : toPoint(last.entry);
  return {
    period: bucket.period,
    accounting: 'stock',
    ...(base === null ? anyCount : toInterval(base)),
    flags: sortedFlags([...(base?.flags ?? []), ...(straddling.length > 0 ? (['not-combinable'] as const) : [])]),
    claims: claimsIn([...(last ? [last] : []), ...straddling]),
    policy: policyOf(first.entry.statements),
    ...(base === null || last === undefined ? {} : { reported: last.entry.period, peak: peakOf(inside) }),
  };
}

type Touching = { readonly entry: Entry; readonly span: Span | null };

/** In the order of `entries`. A period with one end open or unknown touches the bucket of the other. */
function touchingEntries(bucket: Bucket, entries: readonly Entry[], accounting: Entry['accounting']): Touching[] {
  return entries
    .filter((entry) => entry.accounting === accounting)
    .map((entry) => ({ entry, span: spanOf(entry) }))
    .filter(({ entry, span }) => {
      const day = entry.from ?? entry.to;
      return overlaps(span ?? { from: day ?? '~', to: day ?? '' }, bucket);
    });
}

type Inside = { readonly entry: Entry; readonly span: Span };

function split(touching: readonly Touching[], bucket: Bucket): { inside: Inside[]; straddling: Touching[] } {
  const inside: Inside[] = [];
  const straddling: Touching[] = [];
  for (const { entry, span } of touching) {
    if (span !== null && isInside(span, bucket)) inside.push({ entry, span });
    else straddling.push({ entry, span });
  }
  return { inside, straddling };
}

/** The greatest of several moments lies between the greatest lower and the greatest upper bound. */
function peakOf(inside: readonly Touching[]): NonNullable<Point['peak']> {
  const points = inside.map(({ entry }) => toPoint(entry));
  const peak = points.map(toInterval).reduce(maximum);
  // A moment whose upper bound is below the peak's lower one has no part in it.
  const part = points.filter((point) => point.upper === null || point.upper >= (peak.lower ?? 0));
  return { ...peak, claims: uniqueClaims(part.flatMap((point) => point.claims)) };
}

function claimsIn(parts: readonly { readonly entry: Entry }[]): string[] {
  return uniqueClaims(parts.flatMap(({ entry }) => entry.statements.flatMap((statement) => statement.claims)));
}
