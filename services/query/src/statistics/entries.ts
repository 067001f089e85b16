/**
 * A series period by period, as reported: the figures that speak of one period under one accounting, side by side.
 * Points, conflicts, buckets and comparisons are all made of these.
 */
import type { Span } from './calendar.ts';
import { statementsAt } from './carry-bounds.ts';
import { type Count, countsOf } from './chains.ts';
import {
  type Accounting,
  compareFigures,
  compareText,
  type Figure,
  type Flag,
  type Point,
  sortedFlags,
} from './figure.ts';
import { combine, ownStatement, type Statement } from './statement.ts';

export type Entry = {
  readonly accounting: Accounting;
  readonly period: string;
  /** null on the side that is open or unknown. */
  readonly from: string | null;
  readonly to: string | null;
  readonly statements: readonly Statement[];
  readonly flags: readonly Flag[];
};

/** One entry per reported period and accounting, in order of their ends. */
export function entriesOf(figures: readonly Figure[]): Entry[] {
  const counted = countsOf(figures).flatMap(entriesOfCount);
  const others = figures.filter((figure) => figure.accounting !== 'cumulative' || figure.periodTo === null);
  return [...counted, ...[...Map.groupBy(others, keyOf).values()].map(toEntry)].toSorted(compareEntries);
}

/** The point of an entry; its claims are all that speak of the period. */
export function toPoint(entry: Entry): Point {
  const { statements } = entry;
  const { agreement, interval, claims } = combine(statements);
  return {
    period: entry.period,
    accounting: entry.accounting,
    ...interval,
    flags: sortedFlags(agreement === null ? [...entry.flags, 'conflict'] : entry.flags),
    claims,
    policy: policyOf(statements),
    ...(entry.accounting === 'cumulative' ? { since: entry.from } : {}),
  };
}

export function policyOf([first]: readonly Statement[]): string {
  if (first === undefined) throw new RangeError('an entry without statements');
  return first.figure.policy;
}

/** The days of the entry; null where an end is open or unknown. */
export function spanOf(entry: Entry): Span | null {
  return entry.from !== null && entry.to !== null && entry.from <= entry.to ? { from: entry.from, to: entry.to } : null;
}

/** By end, then start: the order in which a series is read. Open ends come last. */
export function compareEntries(a: Entry, b: Entry): number {
  return (
    compareText(a.to ?? '~', b.to ?? '~') ||
    compareText(a.from ?? '', b.from ?? '') ||
    compareText(a.accounting, b.accounting) ||
    compareText(a.period, b.period)
  );
}

/** The plainest way in which one of the figures writes the period. */
export function periodOf(figures: readonly Figure[]): string {
  const [shortest] = figures
    .map((figure) => figure.period)
    .toSorted((a, b) => a.length - b.length || compareText(a, b));
  return shortest ?? '';
}

function entriesOfCount(count: Count): Entry[] {
  const steps = count.chains.flat();
  return [...Map.groupBy(steps, (step) => JSON.stringify(step.asOf)).values()].flatMap((same) => {
    const [step] = same;
    if (step === undefined) return [];
    return {
      accounting: 'cumulative',
      period: periodOf(same.flatMap((each) => each.figures)),
      from: count.since,
      to: step.asOf.latest,
      // Worked out when asked for: a page shows few of the ends that a count has.
      get statements() {
        return statementsAt(count, step.asOf);
      },
      flags: same.some((each) => each.reset) ? ['reset'] : [],
    };
  });
}

function keyOf(figure: Figure): string {
  const { accounting, period, periodFrom, periodTo } = figure;
  // An open end and an unknown one have the same days but not the same meaning.
  const ends = periodFrom === null || periodTo === null ? period : '';
  return JSON.stringify([accounting, periodFrom, periodTo, ends]);
}

function toEntry(figures: readonly Figure[]): Entry {
  const sorted = figures.toSorted(compareFigures);
  const [first] = sorted;
  if (first === undefined) throw new RangeError('an entry without figures');
  const { accounting, periodFrom: from, periodTo: to } = first;
  return { accounting, period: periodOf(sorted), from, to, statements: sorted.map(ownStatement), flags: [] };
}
