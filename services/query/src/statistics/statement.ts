/**
 * What sources say of one period, and what holds when they are put together (details 16).
 * Sources agree when all their intervals share a value; on a line that is so as soon as each two of them do.
 */
import { type Figure, uniqueClaims } from './figure.ts';
import { contains, hull, type Interval, intersect, isExact, toInterval } from './interval.ts';

export type Statement = {
  /** Whose words: the figure as the source gives it. */
  readonly figure: Figure;
  /** What those words say of the period in question. */
  readonly interval: Interval;
  /** The bound was carried here from another end of the same count (details 15). */
  readonly carried: boolean;
  readonly claims: readonly string[];
};

export type Combination = {
  readonly agreement: Interval | null;
  /** The agreement, or where there is none the hull, without a `best`. */
  readonly interval: Interval;
  readonly claims: readonly string[];
};

/** What a figure says of its own period. */
export function ownStatement(figure: Figure): Statement {
  return { figure, interval: toInterval(figure), carried: false, claims: [figure.claim] };
}

/** Puts together what is said of one period: at least one statement. */
export function combine(statements: readonly Statement[]): Combination {
  const intervals = statements.map((statement) => statement.interval);
  const [first, ...others] = intervals;
  if (first === undefined) throw new RangeError('nothing to combine');
  const shared = others.reduce<Interval | null>((all, next) => all && intersect(all, next), { ...first, best: null });
  const agreement = shared && { ...shared, best: bestWithin(shared, statements) };
  const claims = uniqueClaims(statements.flatMap((statement) => statement.claims));
  return { agreement, interval: agreement ?? intervals.reduce(hull), claims };
}

/**
 * A value that a source itself gives and no other rules out: an exact one first, then that of the narrowest interval,
 * then the lowest. A carried bound comes without one: it was said of another day.
 */
function bestWithin(shared: Interval, statements: readonly Statement[]): number | null {
  const candidates = statements
    .filter(({ interval }) => interval.best !== null && contains(shared, interval.best))
    .map(({ interval }) => ({ best: interval.best ?? 0, width: isExact(interval) ? 0 : widthOf(interval) }))
    .toSorted((a, b) => a.width - b.width || a.best - b.best);
  return candidates[0]?.best ?? null;
}

function widthOf(interval: Interval): number {
  return (interval.upper ?? Infinity) - (interval.lower ?? -Infinity);
}
