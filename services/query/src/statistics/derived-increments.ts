/**
 * Increments between successive as-ofs of one chain of cumulatives, by interval arithmetic (details 17).
 * Never negative: over a fall of the count there is none, only an entry that says `reset`.
 */
import { addDays, spanToEdtf } from './calendar.ts';
import { countsOf, type Step } from './chains.ts';
import type { Entry } from './entries.ts';
import { compareText, type Figure, type Flag, uniqueClaims } from './figure.ts';
import { anyCount, difference, type Interval, notNegative } from './interval.ts';
import { combine, ownStatement, type Statement } from './statement.ts';

/** One entry per pair of successive as-ofs; chains that have the same pair stand side by side in one. */
export function derivedIncrementsOf(figures: readonly Figure[]): Entry[] {
  const all = countsOf(figures).flatMap((count) =>
    count.chains.flatMap((steps) =>
      steps.flatMap((step, index) => {
        const before = steps[index - 1];
        return before === undefined ? [] : between(before, step);
      }),
    ),
  );
  return [...Map.groupBy(all, (entry) => entry.period).values()].map(sideBySide);
}

/** Nothing where two readings of one inexact day leave no day in between. */
function between(before: Step, after: Step): Entry[] {
  const from = addDays(before.asOf.latest, 1);
  const to = after.asOf.latest;
  const [figure] = after.figures;
  if (figure === undefined || from > to) return [];
  const claims = uniqueClaims([...before.figures, ...after.figures].map((each) => each.claim));
  const flags: Flag[] = after.reset ? ['derived', 'reset'] : ['derived'];
  const interval = after.reset ? anyCount : growth(said(before), said(after));
  const statement: Statement = { figure, interval, carried: false, claims };
  return [{ accounting: 'increment', period: spanToEdtf({ from, to }), from, to, statements: [statement], flags }];
}

/** No `best` where an end of the result is open: the parts' values then say nothing about their distance. */
function growth(before: Interval, after: Interval): Interval {
  const grown = difference(after, before);
  const closed = grown.lowerInclusive && grown.upperInclusive;
  return notNegative(closed ? grown : { ...grown, best: null }) ?? anyCount;
}

function said(step: Step): Interval {
  return combine(step.figures.map(ownStatement)).interval;
}

function sideBySide(entries: readonly Entry[]): Entry {
  const [first] = entries;
  if (first === undefined) throw new RangeError('nothing to put side by side');
  const statements = entries
    .flatMap((entry) => entry.statements)
    .toSorted((a, b) => compareText(a.figure.chain, b.figure.chain) || compareText(a.figure.claim, b.figure.claim));
  return { ...first, statements, flags: [...new Set(entries.flatMap((entry) => entry.flags))] };
}
