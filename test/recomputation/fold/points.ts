/** Points of a series by period or by bucket, derived increments, and comparisons (details 16 to 18). */
import { countDays, shift } from './days.ts';
import type { Interval } from './figures.ts';
import { around, common, greatest, minus, nothingKnown, over, plain, total } from './interval.ts';
import { byText } from './log.ts';
import {
  accountingOf,
  agreementOf,
  countsOf,
  type Entry,
  entriesOf,
  type Figure,
  inOrder,
  type Point,
  pointOf,
  type Statement,
  type Step,
  unique,
} from './series.ts';

export type Unit = 'day' | 'week' | 'month' | 'year';
export type Bucket = { readonly period: string; readonly from: string; readonly to: string };

export function bucketOf(day: string, unit: Unit): Bucket {
  const [year = '', month = ''] = day.split('-');
  if (unit === 'day') return { period: day, from: day, to: day };
  if (unit === 'year') return { period: year, from: `${year}-01-01`, to: `${year}-12-31` };
  if (unit === 'month') {
    const next = new Date(Date.UTC(Number(year), Number(month), 1)).toISOString().slice(0, 10);
    return { period: `${year}-${month}`, from: `${year}-${month}-01`, to: shift(next, -1) };
  }
  const weekday = (new Date(day).getUTCDay() + 6) % 7;
  const from = shift(day, -weekday);
  // The week is of the year that its Thursday is in.
  const thursday = shift(from, 3);
  const number = Math.floor((countDays(`${thursday.slice(0, 4)}-01-01`, thursday) - 1) / 7) + 1;
  return { period: `${thursday.slice(0, 4)}-W${String(number).padStart(2, '0')}`, from, to: shift(from, 6) };
}

export type Asked = { readonly unit: Unit | null; readonly accounting: string | null };

export function pointsOf(figures: readonly Figure[], { unit, accounting }: Asked): Point[] {
  const entries = entriesAsked(figures, accounting);
  if (unit === null) return entries.map(pointOf);
  const buckets = new Map<string, Bucket>();
  for (const { accounting: counted, from, to } of entries) {
    const [first, last] =
      counted === 'cumulative' ? [to, to] : [from ?? to, to === null || from === null ? (from ?? to) : to];
    if (first === null || last === null) continue;
    for (let bucket = bucketOf(first, unit); ; bucket = bucketOf(shift(bucket.to, 1), unit)) {
      buckets.set(bucket.period, bucket);
      if (bucket.to >= last) break;
    }
  }
  return [...buckets.values()]
    .toSorted((a, b) => byText(a.from, b.from))
    .flatMap((bucket) => [
      ...cumulativesIn(bucket, entries),
      ...[incrementIn(bucket, entries), stockIn(bucket, entries)].filter((point) => point !== null),
    ]);
}

function entriesAsked(figures: readonly Figure[], accounting: string | null): Entry[] {
  const all = entriesOf(figures);
  if (accounting === null) return all;
  const chosen = all.filter((entry) => entry.accounting === accounting);
  if (accounting !== 'increment') return chosen;
  const derived = derivedOf(figures);
  const joined = chosen.map((entry): Entry => {
    const same = derived.filter(({ from, to }) => from === entry.from && to === entry.to);
    const statements = [...entry.statements, ...same.flatMap((one) => one.statements)];
    return { ...entry, statements, flags: [...entry.flags, ...same.flatMap(({ flags }) => flags)] };
  });
  const alone = derived.filter(({ from, to }) => !chosen.some((entry) => entry.from === from && entry.to === to));
  return [...joined, ...alone].toSorted(inOrder);
}

/** What was added between one as-of of a chain and its next; nothing over a fall but that it fell. */
function derivedOf(figures: readonly Figure[]): Entry[] {
  const counts = countsOf(figures.filter((figure) => accountingOf(figure) === 'cumulative' && figure.to !== null));
  const found = counts.flatMap(({ chains }) =>
    chains.flatMap((steps) => steps.slice(1).map((step, index) => ({ before: steps[index], step }))),
  );
  const entries = found.flatMap(({ before, step }): Entry[] => {
    const [figure] = step.figures;
    if (before === undefined || figure === undefined || before.to >= step.to) return [];
    const from = shift(before.to, 1);
    const claims = unique([...before.figures, ...step.figures].map(({ claim }) => claim));
    const interval = step.reset ? nothingKnown : grown(said(before), said(step));
    const statement: Statement = { figure, interval, carried: false, claims };
    const flags = step.reset ? ['derived', 'reset'] : ['derived'];
    return [
      { accounting: 'increment', period: inShort(from, step.to), from, to: step.to, statements: [statement], flags },
    ];
  });
  return [...Map.groupBy(entries, ({ period }) => period).values()].map((same) => ({
    ...(same[0] as Entry),
    statements: same.flatMap(({ statements }) => statements),
    flags: unique(same.flatMap(({ flags }) => flags)),
  }));
}

function inShort(from: string, to: string): string {
  const same = (['day', 'month', 'year'] as const)
    .map((unit) => bucketOf(from, unit))
    .find((bucket) => bucket.from === from && bucket.to === to);
  return same?.period ?? `${from}/${to}`;
}

function said({ figures }: Step): Interval {
  const statements = figures.map((figure) => ({ figure, interval: figure.interval, carried: false, claims: [] }));
  return agreementOf(statements) ?? around(figures.map(({ interval }) => interval));
}

function grown(before: Interval, after: Interval): Interval {
  const change = minus(after, before);
  const cut = common([change, nothingKnown]) ?? nothingKnown;
  const best =
    change.lowerInclusive && change.upperInclusive && change.best !== null && change.best >= 0 ? change.best : null;
  return { ...cut, best };
}

function cumulativesIn(bucket: Bucket, entries: readonly Entry[]): Point[] {
  const inside = entries.filter(
    ({ accounting, to }) => accounting === 'cumulative' && to !== null && to >= bucket.from && to <= bucket.to,
  );
  const byStart = Map.groupBy(inside, ({ from, period }) => from ?? period.split('/')[0] ?? '');
  return [...byStart.entries()]
    .toSorted(([a], [b]) => byText(a, b))
    .map(([, own]) => {
      const last = own.at(-1) as Entry;
      const flags = [
        ...pointOf(last).flags,
        ...own.flatMap((entry) => entry.flags),
        ...((last.to ?? '') < bucket.to ? ['to-date'] : []),
      ];
      return { ...pointOf(last), period: bucket.period, reported: last.period, flags: unique(flags) } as Point;
    });
}

function touching(bucket: Bucket, entries: readonly Entry[], accounting: string) {
  const own = entries.filter((entry) => entry.accounting === accounting);
  const touch = own.filter(
    ({ from, to }) =>
      (from ?? to ?? '~') <= bucket.to && (from === null || to === null ? (from ?? to ?? '') : to) >= bucket.from,
  );
  const isInside = ({ from, to }: Entry) => from !== null && to !== null && from >= bucket.from && to <= bucket.to;
  return { inside: touch.filter(isInside), straddling: touch.filter((entry) => !isInside(entry)) };
}

const claimsOf = (entries: readonly Entry[]) =>
  unique(entries.flatMap(({ statements }) => statements.flatMap(({ claims }) => claims)));
const lengthOf = ({ from, to }: Entry) => countDays(from ?? '', to ?? '');

function incrementIn(bucket: Bucket, entries: readonly Entry[]): Point | null {
  const { inside, straddling } = touching(bucket, entries, 'increment');
  if (inside.length + straddling.length === 0) return null;
  const chosen = bestCover(inside);
  const days = chosen.reduce((sum, entry) => sum + lengthOf(entry), 0);
  const isCovered = (entry: Entry) => {
    const missing = chosen.reduce((left, { from, to }) => {
      const [start, end] = [
        [from ?? '', entry.from ?? ''].toSorted(byText)[1] ?? '',
        [to ?? '', entry.to ?? ''].toSorted(byText)[0] ?? '',
      ];
      return start > end ? left : left - countDays(start, end);
    }, lengthOf(entry));
    return missing === 0;
  };
  const left = [...straddling, ...inside.filter((entry) => !isCovered(entry))];
  const whole = days === countDays(bucket.from, bucket.to);
  const parts = chosen.map(pointOf);
  const sum = parts.length === 0 ? nothingKnown : total(parts);
  const flags = [
    ...parts.flatMap((part) => part.flags),
    ...(left.length > 0 ? ['not-combinable'] : []),
    ...(parts.length > 0 && !whole ? ['partial'] : []),
  ];
  return {
    period: bucket.period,
    accounting: 'increment',
    ...(whole || parts.length === 0 ? sum : { ...sum, best: null, upper: null, upperInclusive: false }),
    flags: unique(flags),
    claims: claimsOf([...chosen, ...left]),
    policy: 'bounds-1',
  };
}

/**
 * Of all sets of disjoint periods the one with the most days, then the fewest parts, then the one whose last part comes
 * first, then the part before it. Worked out from the best sets that end with each part. Parts come in order of their ends.
 */
function bestCover(entries: readonly Entry[]): Entry[] {
  type Cover = { readonly days: number; readonly parts: readonly Entry[] };
  const endingWith: Cover[] = [];
  const bestBefore = (day: string): Cover =>
    endingWith
      .filter(({ parts }) => (parts.at(-1)?.to ?? '') < day)
      .reduce(
        (best, cover) =>
          cover.days > best.days || (cover.days === best.days && cover.parts.length < best.parts.length) ? cover : best,
        { days: 0, parts: [] },
      );
  for (const entry of entries) {
    const { days, parts } = bestBefore(entry.from ?? '');
    endingWith.push({ days: days + lengthOf(entry), parts: [...parts, entry] });
  }
  return [...bestBefore('~').parts];
}

function stockIn(bucket: Bucket, entries: readonly Entry[]): Point | null {
  const { inside, straddling } = touching(bucket, entries, 'stock');
  if (inside.length + straddling.length === 0) return null;
  const last = inside.at(-1);
  const point = last && pointOf(last);
  const points = inside.map(pointOf);
  const peak = points.length === 0 ? null : greatest(points);
  const part = points.filter(({ upper }) => upper === null || upper >= (peak?.lower ?? 0));
  return {
    period: bucket.period,
    accounting: 'stock',
    ...plain(point ?? nothingKnown),
    flags: unique([...(point?.flags ?? []), ...(straddling.length > 0 ? ['not-combinable'] : [])]),
    claims: claimsOf([...(last ? [last] : []), ...straddling]),
    policy: 'bounds-1',
    ...(last && peak
      ? { reported: last.period, peak: { ...peak, claims: unique(part.flatMap(({ claims }) => claims)) } }
      : {}),
  };
}

export function compare(figures: readonly Figure[], period: Bucket, baseline: Bucket) {
  const entries = entriesOf(figures);
  const figureOf = (bucket: Bucket): Point | null => {
    const counts = entries.filter(({ accounting, from }) => accounting === 'cumulative' && from === bucket.from);
    const usable = (point: Point | null) =>
      point?.flags.includes('not-combinable') && point.lower === 0 && point.lowerInclusive && point.upper === null
        ? null
        : point;
    return cumulativesIn(bucket, counts)[0] ?? usable(incrementIn(bucket, entries)) ?? usable(stockIn(bucket, entries));
  };
  const [current, base] = [figureOf(period), figureOf(baseline)];
  const known = { period: period.period, baseline: baseline.period, current, base };
  if (current === null || base === null) return { ...known, ratio: null, difference: null, reason: 'no-figure' };
  const ratio = over(current, base);
  return { ...known, ratio, difference: minus(current, base), ...(ratio === null ? { reason: 'zero-baseline' } : {}) };
}
