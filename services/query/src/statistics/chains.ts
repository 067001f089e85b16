/**
 * Cumulatives as counts: from one start, chain by chain, as-of after as-of (details 15). A count never falls; where a
 * chain says that it did, that is a reset, and what comes after has nothing to do with what was before.
 */
import { compareFigures, compareText, type Figure } from './figure.ts';
import { anyCount, hull, type Interval, intersect, isAbove, toInterval } from './interval.ts';

/** The end of a count: the latest day it may mean, and the earliest where that is another. */
export type AsOf = { readonly latest: string; readonly earliest: string };

/** The figures of one chain that have one as-of. */
export type Step = {
  readonly asOf: AsOf;
  readonly figures: readonly Figure[];
  /** The count is definitely below what it was at some as-of before. */
  readonly reset: boolean;
  /** Of this and the later steps up to the next reset, the figure with the lowest upper bound. */
  readonly tightest: Figure | null;
  /** The earliest day that the end of this or any later step may mean. */
  readonly earliestFromHere: string;
};

/** The cumulatives that count from one start, chain by chain, each in order of its as-ofs. */
export type Count = {
  /** null where the start is open or unknown. */
  readonly since: string | null;
  /** In order of their names. */
  readonly chains: readonly (readonly Step[])[];
};

/** null for an end that is open or unknown: then nothing can be carried. */
export function asOfOf(figure: Figure): AsOf | null {
  if (figure.periodTo === null) return null;
  return { latest: figure.periodTo, earliest: figure.periodToEarliest ?? figure.periodTo };
}

export function compareAsOf(a: AsOf, b: AsOf): number {
  return compareText(a.latest, b.latest) || compareText(a.earliest, b.earliest);
}

/** Cumulatives by start. Those with an open or unknown end are left out. */
export function countsOf(figures: readonly Figure[]): Count[] {
  const cumulatives = figures.filter((figure) => figure.accounting === 'cumulative' && figure.periodTo !== null);
  const byStart = Map.groupBy(cumulatives, startOf);
  return [...byStart.entries()]
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([, ofStart]) => ({
      since: ofStart[0]?.periodFrom ?? null,
      chains: [...Map.groupBy(ofStart, (figure) => figure.chain)]
        .toSorted(([a], [b]) => compareText(a, b))
        .map(([, own]) => stepsOf(own)),
    }));
}

/** An open start (`..`) is one start for all; an unknown one is shared by nobody but the chain itself. */
function startOf(figure: Figure): string {
  return figure.periodFrom ?? (figure.period.startsWith('..') ? '..' : `unknown ${figure.chain}`);
}

function stepsOf(figures: readonly Figure[]): Step[] {
  const byAsOf = Map.groupBy(figures.toSorted(compareFigures), (figure) => JSON.stringify(asOfOf(figure)));
  const groups = [...byAsOf.values()].flatMap((group) => {
    const asOf = group[0] && asOfOf(group[0]);
    return asOf ? [{ asOf, figures: group }] : [];
  });
  const steps = withResets(groups.toSorted((a, b) => compareAsOf(a.asOf, b.asOf)));
  // From the end: each step knows what those after it allow, so that asking is a binary search.
  let later: Step | null = null;
  return steps
    .toReversed()
    .map((step): Step => {
      const earlier = later === null || step.asOf.earliest < later.earliestFromHere;
      later = {
        ...step,
        tightest: tighter(step.figures, later === null || later.reset ? null : later.tightest),
        earliestFromHere: earlier || later === null ? step.asOf.earliest : later.earliestFromHere,
      };
      return later;
    })
    .toReversed();
}

type Group = Pick<Step, 'asOf' | 'figures'>;

function withResets(groups: readonly Group[]): (Group & { readonly reset: boolean })[] {
  let floor: Interval = anyCount;
  return groups.map((group) => {
    const said = group.figures.map(toInterval).reduce(hull);
    const reset = isAbove(floor, said);
    floor = (reset ? null : intersect(floor, lowerBoundOf(said))) ?? lowerBoundOf(said);
    return { ...group, reset };
  });
}

function tighter(figures: readonly Figure[], later: Figure | null): Figure | null {
  return figures.reduceRight<Figure | null>((best, next) => {
    if (next.upper === null) return best;
    if (best === null || best.upper === null || next.upper < best.upper) return next;
    // Of two equal ones the earlier.
    return next.upper === best.upper && (best.upperInclusive || !next.upperInclusive) ? next : best;
  }, later);
}

/** What a count that is at least so much can be. */
export function lowerBoundOf({ lower, lowerInclusive }: Interval): Interval {
  return { ...anyCount, lower, lowerInclusive };
}
