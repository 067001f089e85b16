/**
 * One period against another, by interval arithmetic (details 18): more than 4,100 against exactly 81 is more than
 * 50.6 times. A period nobody gives a figure for makes no ratio and says so; so does an observed zero as baseline.
 */

import { cumulativePoints, incrementPoint, stockPoint } from './bucket-points.ts';
import type { Span } from './calendar.ts';
import { type Entry, entriesOf } from './entries.ts';
import type { Figure, Point } from './figure.ts';
import { difference, type Interval, ratio, toInterval } from './interval.ts';

/** A period as asked for, in EDTF, and its days. */
export type ComparedPeriod = Span & { readonly period: string };

export type Comparison = {
  readonly current: Point | null;
  readonly base: Point | null;
  readonly ratio: Interval | null;
  /** null where either figure is missing. */
  readonly difference: Interval | null;
  /** Why there is no ratio. A series without any figure is `no-figure` too. */
  readonly reason?: 'no-figure' | 'zero-baseline';
};

export function compare(figures: readonly Figure[], period: ComparedPeriod, baseline: ComparedPeriod): Comparison {
  const entries = entriesOf(figures);
  const current = figureOf(period, entries);
  const base = figureOf(baseline, entries);
  if (current === null || base === null) {
    return { current, base, ratio: null, difference: null, reason: 'no-figure' };
  }
  const times = ratio(toInterval(current), toInterval(base));
  return {
    current,
    base,
    ratio: times,
    difference: difference(toInterval(current), toInterval(base)),
    ...(times === null ? { reason: 'zero-baseline' } : {}),
  };
}

/** The count that starts with the period and reaches furthest, else the sum of its increments, else its last stock. */
function figureOf(period: ComparedPeriod, entries: readonly Entry[]): Point | null {
  const counts = entries.filter((entry) => entry.accounting === 'cumulative' && entry.from === period.from);
  const [cumulative] = cumulativePoints(period, counts);
  return cumulative ?? usable(incrementPoint(period, entries)) ?? usable(stockPoint(period, entries));
}

/** A point made of straddling periods alone says nothing of this one. */
function usable(point: Point | null): Point | null {
  const saysNothing =
    point?.flags.includes('not-combinable') && point.lower === 0 && point.lowerInclusive && point.upper === null;
  return saysNothing ? null : point;
}
