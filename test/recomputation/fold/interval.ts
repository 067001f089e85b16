/** Intervals by hand: ends that may be open or endless, in thousandths so that decimals add up. */
import type { Interval } from './figures.ts';

type End = { readonly value: number; readonly closed: boolean };
type Ends = { readonly low: End; readonly high: End };

export const nothingKnown: Interval = {
  lower: 0,
  best: null,
  upper: null,
  lowerInclusive: true,
  upperInclusive: false,
};

export function plain({ lower, best, upper, lowerInclusive, upperInclusive }: Interval): Interval {
  return { lower, best, upper, lowerInclusive, upperInclusive };
}

export function endsOf({ lower, upper, lowerInclusive, upperInclusive }: Interval): Ends {
  return {
    low: { value: lower ?? -Infinity, closed: lower !== null && lowerInclusive },
    high: { value: upper ?? Infinity, closed: upper !== null && upperInclusive },
  };
}

export function fromEnds({ low, high }: Ends, best: number | null = null): Interval {
  return {
    lower: Number.isFinite(low.value) ? low.value : null,
    best,
    upper: Number.isFinite(high.value) ? high.value : null,
    lowerInclusive: Number.isFinite(low.value) && low.closed,
    upperInclusive: Number.isFinite(high.value) && high.closed,
  };
}

function isEmpty({ low, high }: Ends): boolean {
  return low.value > high.value || (low.value === high.value && !(low.closed && high.closed));
}

/** Of two ends the one further to the right; of two alike the open one where `open` says so. */
function further(a: End, b: End, open: boolean): End {
  if (a.value !== b.value) return a.value > b.value ? a : b;
  return a.closed === open ? b : a;
}

const mirrored = ({ value, closed }: End): End => ({ value: -value, closed });
const nearer = (a: End, b: End, open: boolean): End => mirrored(further(mirrored(a), mirrored(b), open));

/** What all allow; null where that is nothing. */
export function common(all: readonly Interval[]): Interval | null {
  const ends = all
    .map(endsOf)
    .reduce((a, b) => ({ low: further(a.low, b.low, true), high: nearer(a.high, b.high, true) }));
  return isEmpty(ends) ? null : fromEnds(ends);
}

export function around(all: readonly Interval[]): Interval {
  return fromEnds(
    all.map(endsOf).reduce((a, b) => ({ low: nearer(a.low, b.low, false), high: further(a.high, b.high, false) })),
  );
}

export function greatest(all: readonly Interval[]): Interval {
  const ends = all
    .map(endsOf)
    .reduce((a, b) => ({ low: further(a.low, b.low, true), high: further(a.high, b.high, false) }));
  const best = all.some((one) => one.best === null) ? null : Math.max(...all.map((one) => one.best ?? 0));
  return fromEnds(ends, best);
}

export function holds(interval: Interval, value: number): boolean {
  const { low, high } = endsOf(interval);
  return (
    (value > low.value || (value === low.value && low.closed)) &&
    (value < high.value || (value === high.value && high.closed))
  );
}

/** Every value of the one is above every value of the other. */
export function isAbove(one: Interval, other: Interval): boolean {
  return isEmpty({ low: endsOf(one).low, high: endsOf(other).high });
}

export const plus = (a: number, b: number): number => (Math.round(a * 1_000) + Math.round(b * 1_000)) / 1_000;

function together(a: End, b: End): End {
  if (!Number.isFinite(a.value)) return a;
  if (!Number.isFinite(b.value)) return b;
  return { value: plus(a.value, b.value), closed: a.closed && b.closed };
}

export function total(all: readonly Interval[]): Interval {
  const ends = all.map(endsOf).reduce((a, b) => ({ low: together(a.low, b.low), high: together(a.high, b.high) }));
  const best = all.some((one) => one.best === null) ? null : all.reduce((sum, one) => plus(sum, one.best ?? 0), 0);
  return fromEnds(ends, best);
}

export function minus(a: Interval, b: Interval): Interval {
  const [one, other] = [endsOf(a), endsOf(b)];
  const best = a.best === null || b.best === null ? null : plus(a.best, -b.best);
  return fromEnds(
    { low: together(one.low, mirrored(other.high)), high: together(one.high, mirrored(other.low)) },
    best,
  );
}

/** null where everything is divided by exactly nothing. Ends of more than 12 digits go outward. */
export function over(a: Interval, b: Interval): Interval | null {
  if (b.upper === 0) return null;
  const [one, other] = [endsOf(a), endsOf(b)];
  const isOne = (interval: Interval) => interval.lower !== null && interval.lower === interval.upper;
  const [down, up] = isOne(a) && isOne(b) ? (['nearest', 'nearest'] as const) : (['down', 'up'] as const);
  const best = a.best === null || b.best === null || b.best === 0 ? null : quotient(a.best, b.best, 'nearest');
  return fromEnds({ low: part(one.low, other.high, down), high: part(one.high, other.low, up) }, best);
}

type Rounding = 'down' | 'up' | 'nearest';

function part(a: End, b: End, rounding: Rounding): End {
  if (b.value === Infinity) return { value: 0, closed: a.value === 0 && a.closed };
  if (a.value === 0 && a.closed) return { value: 0, closed: true };
  if (b.value === 0 || a.value === Infinity) return { value: Infinity, closed: false };
  return { value: quotient(a.value, b.value, rounding), closed: a.closed && b.closed };
}

function quotient(a: number, b: number, rounding: Rounding): number {
  if (a === 0) return 0;
  const [top, bottom] = [BigInt(Math.round(a * 1_000)), BigInt(Math.round(b * 1_000))];
  // As many digits after the point as make twelve in all.
  let digits = -30;
  while ((top * 10n ** BigInt(digits + 60)) / bottom < 10n ** 71n) digits += 1;
  const scaled = digits >= 0 ? [top * 10n ** BigInt(digits), bottom] : [top, bottom * 10n ** BigInt(-digits)];
  const [n = 0n, d = 1n] = scaled;
  const [whole, rest] = [n / d, n % d];
  const up = rounding === 'up' ? rest > 0n : rounding === 'nearest' && rest * 2n >= d;
  return Number(`${whole + (up ? 1n : 0n)}e${-digits}`);
}
