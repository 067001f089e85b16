/**
 * Interval arithmetic with open, closed and unbounded ends. An interval is never empty; what would be is `null`.
 * `best` is kept only where every part has one and both ends are stated (details 13): it is never made up.
 */
import { addDecimals, divideDecimals, subtractDecimals } from './decimal.ts';

export type Interval = {
  /** null = unbounded below: only the difference to something that has no upper bound. */
  readonly lower: number | null;
  readonly best: number | null;
  /** null = unbounded above. An unbounded end is never inclusive. */
  readonly upper: number | null;
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
};

/** One end of an interval; ±Infinity where it is unbounded. */
type End = { readonly value: number; readonly inclusive: boolean };

/** Anything a count can be: what is said of it where nothing is known. */
export const anyCount: Interval = { lower: 0, best: null, upper: null, lowerInclusive: true, upperInclusive: false };

/** The four bounds of a wider object, without its other fields. */
export function toInterval({ lower, best, upper, lowerInclusive, upperInclusive }: Interval): Interval {
  return { lower, best, upper, lowerInclusive, upperInclusive };
}

/** What both allow, without a `best`: which of the two values then stands is the caller's to say. null where nothing. */
export function intersect(a: Interval, b: Interval): Interval | null {
  const lower = tighterLower(lowerEnd(a), lowerEnd(b));
  const upper = tighterUpper(upperEnd(a), upperEnd(b));
  if (lower.value > upper.value) return null;
  if (lower.value === upper.value && !(lower.inclusive && upper.inclusive)) return null;
  return fromEnds(lower, upper, null);
}

/** The smallest interval that holds both. Never has a `best`. */
export function hull(a: Interval, b: Interval): Interval {
  return fromEnds(looserLower(lowerEnd(a), lowerEnd(b)), looserUpper(upperEnd(a), upperEnd(b)), null);
}

export function contains(interval: Interval, value: number): boolean {
  const lower = lowerEnd(interval);
  const upper = upperEnd(interval);
  return (
    (value > lower.value || (value === lower.value && lower.inclusive)) &&
    (value < upper.value || (value === upper.value && upper.inclusive))
  );
}

/** Every value of `a` is greater than every value of `b`. */
export function isAbove(a: Interval, b: Interval): boolean {
  const lower = lowerEnd(a);
  const upper = upperEnd(b);
  return lower.value > upper.value || (lower.value === upper.value && !(lower.inclusive && upper.inclusive));
}

/** All sums of one value of each. The sum of none is exactly 0. */
export function sum(intervals: readonly Interval[]): Interval {
  return intervals.reduce(add, { lower: 0, best: 0, upper: 0, lowerInclusive: true, upperInclusive: true });
}

function add(a: Interval, b: Interval): Interval {
  return fromEnds(
    addEnds(lowerEnd(a), lowerEnd(b)),
    addEnds(upperEnd(a), upperEnd(b)),
    a.best === null || b.best === null ? null : addDecimals(a.best, b.best),
  );
}

/** All differences of a value of `a` and one of `b`; may be negative. */
export function difference(a: Interval, b: Interval): Interval {
  return fromEnds(
    addEnds(lowerEnd(a), negated(upperEnd(b))),
    addEnds(upperEnd(a), negated(lowerEnd(b))),
    a.best === null || b.best === null ? null : subtractDecimals(a.best, b.best),
  );
}

/**
 * All quotients of a value of `a` and one of `b` other than 0, for intervals that are not negative.
 * null where `b` is exactly 0. Ends that need more than 12 digits are rounded outward, lower down and upper up,
 * so that no quotient is shut out; the quotient of two exact numbers is one number, the nearest.
 */
export function ratio(a: Interval, b: Interval): Interval | null {
  if (b.upper === 0) return null;
  const exact = isExact(a) && isExact(b);
  const best = a.best === null || b.best === null || b.best === 0 ? null : quotient(a.best, b.best, 'nearest');
  return fromEnds(
    divideEnds(lowerEnd(a), upperEnd(b), exact ? 'nearest' : 'down'),
    divideEnds(upperEnd(a), lowerEnd(b), exact ? 'nearest' : 'up'),
    best,
  );
}

/** The greatest of one value of each: what the peak of several moments can be. */
export function maximum(a: Interval, b: Interval): Interval {
  const best = a.best === null || b.best === null ? null : Math.max(a.best, b.best);
  return fromEnds(tighterLower(lowerEnd(a), lowerEnd(b)), looserUpper(upperEnd(a), upperEnd(b)), best);
}

/** The interval without what is below zero; null where nothing is left. `best` goes with what is cut away. */
export function notNegative(interval: Interval): Interval | null {
  const cut = intersect(interval, anyCount);
  if (cut === null) return null;
  return { ...cut, best: interval.best !== null && interval.best >= 0 ? interval.best : null };
}

export function isExact(interval: Interval): boolean {
  return interval.lower !== null && interval.lower === interval.upper;
}

function divideEnds(a: End, b: End, rounding: 'down' | 'up' | 'nearest'): End {
  // Nothing of an endless divisor is ever quite reached, except by a dividend of 0, which is 0 whatever it is divided by.
  if (b.value === Infinity) return { value: 0, inclusive: a.value === 0 && a.inclusive };
  if (a.value === 0 && a.inclusive) return { value: 0, inclusive: true };
  if (b.value === 0 || a.value === Infinity) return { value: Infinity, inclusive: false };
  return { value: quotient(a.value, b.value, rounding), inclusive: a.inclusive && b.inclusive };
}

function quotient(a: number, b: number, rounding: 'down' | 'up' | 'nearest'): number {
  return divideDecimals(a, b, rounding);
}

function addEnds(a: End, b: End): End {
  const endless = [a, b].find((end) => !Number.isFinite(end.value));
  return endless ?? { value: addDecimals(a.value, b.value), inclusive: a.inclusive && b.inclusive };
}

function negated(end: End): End {
  return { value: -end.value, inclusive: end.inclusive };
}

function lowerEnd(interval: Interval): End {
  return { value: interval.lower ?? -Infinity, inclusive: interval.lower !== null && interval.lowerInclusive };
}

function upperEnd(interval: Interval): End {
  return { value: interval.upper ?? Infinity, inclusive: interval.upper !== null && interval.upperInclusive };
}

function tighterLower(a: End, b: End): End {
  if (a.value !== b.value) return a.value > b.value ? a : b;
  return a.inclusive ? b : a;
}

function tighterUpper(a: End, b: End): End {
  if (a.value !== b.value) return a.value < b.value ? a : b;
  return a.inclusive ? b : a;
}

function looserLower(a: End, b: End): End {
  if (a.value !== b.value) return a.value < b.value ? a : b;
  return a.inclusive ? a : b;
}

function looserUpper(a: End, b: End): End {
  if (a.value !== b.value) return a.value > b.value ? a : b;
  return a.inclusive ? a : b;
}

function fromEnds(lower: End, upper: End, best: number | null): Interval {
  return {
    // -0 would be written as 0 but is not equal to it.
    lower: Number.isFinite(lower.value) ? lower.value + 0 : null,
    best,
    upper: Number.isFinite(upper.value) ? upper.value + 0 : null,
    lowerInclusive: lower.inclusive && Number.isFinite(lower.value),
    upperInclusive: upper.inclusive && Number.isFinite(upper.value),
  };
}
