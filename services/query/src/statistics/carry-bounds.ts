/**
 * What is said of one end of a count (details 15): own figures as they are; from other chains the lower bound of an
 * earlier as-of, carried forward, and the upper bound of a later one, carried back. Nothing is carried over a reset, and
 * carrying never widens.
 */
import { type AsOf, type Count, compareAsOf, lowerBoundOf, type Step } from './chains.ts';
import type { Figure } from './figure.ts';
import { anyCount, type Interval, toInterval } from './interval.ts';
import { ownStatement, type Statement } from './statement.ts';

/** In order of the chains. A binary search a chain: a count may have thousands of ends. */
export function statementsAt(count: Count, at: AsOf): Statement[] {
  return count.chains.flatMap((steps) => {
    const next = steps[firstFrom(steps, at)];
    return next && compareAsOf(next.asOf, at) === 0 ? next.figures.map(ownStatement) : carriedTo(at, steps);
  });
}

function carriedTo(at: AsOf, steps: readonly Step[]): Statement[] {
  const lowers = lowerAt(at, steps);
  const upper = upperAt(at, steps);
  // An inexact as-of may lie on both sides of the end: then it says all it says.
  const both = upper !== null && lowers.includes(upper);
  return [
    ...lowers.flatMap((figure) => carry(figure, both && figure === upper ? toInterval(figure) : lowerBoundOf(figure))),
    ...(upper === null || both ? [] : carry(upper, upperBoundOf(upper))),
  ];
}

/** The chain's latest figures up to the end. None where the count falls next: it may have fallen by then. */
function lowerAt(at: AsOf, steps: readonly Step[]): readonly Figure[] {
  const index = findFirst(steps, (step) => step.asOf.latest > at.latest && step.earliestFromHere > at.latest) - 1;
  const step = steps[index];
  if (step === undefined) return [];
  const falls = steps[index + 1]?.reset === true && at.latest > step.asOf.latest;
  return falls ? [] : step.figures;
}

/** The tightest of the chain's figures from the end on, up to its next fall. */
function upperAt(at: AsOf, steps: readonly Step[]): Figure | null {
  const step = steps[findFirst(steps, ({ asOf }) => asOf.latest >= at.latest)];
  if (step === undefined || (step.reset && step.asOf.earliest > at.latest)) return null;
  return step.tightest;
}

function firstFrom(steps: readonly Step[], at: AsOf): number {
  return findFirst(steps, ({ asOf }) => compareAsOf(asOf, at) >= 0);
}

/** The first step that has passed a limit which all later ones have passed too; as many as there are where none has. */
function findFirst(steps: readonly Step[], hasPassed: (step: Step) => boolean): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const step = steps[middle];
    if (step === undefined || hasPassed(step)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Nothing where the bound says no more than that a count is not negative. */
function carry(figure: Figure, interval: Interval): Statement[] {
  const saysNothing = interval.upper === null && interval.lower === 0 && interval.lowerInclusive;
  return saysNothing ? [] : [{ figure, interval: { ...interval, best: null }, carried: true, claims: [figure.claim] }];
}

function upperBoundOf({ upper, upperInclusive }: Interval): Interval {
  return { ...anyCount, upper, upperInclusive };
}
