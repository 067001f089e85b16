/**
 * One figure that one source gives, as the statistics view holds it: a row of `statistics.figures`.
 * Everything in this folder works on lists of these; their order never matters.
 */
import type { Interval } from './interval.ts';

export type Accounting = 'increment' | 'cumulative' | 'stock';

/** Days are `YYYY-MM-DD`. Bounds are those of `policy`, from what the source states. */
export type Figure = Interval & {
  readonly claim: string;
  /** Its place among the claim's figures. */
  readonly ordinal: number;
  readonly series: string;
  readonly measure: string;
  readonly unit: string;
  readonly border: string | null;
  readonly country: string | null;
  readonly accounting: Accounting;
  /** EDTF, as recorded. */
  readonly period: string;
  /** null where the period's start is open or unknown. */
  readonly periodFrom: string | null;
  /** The latest reading of the period's end (of a cumulative: its as-of); null where it is open or unknown. */
  readonly periodTo: string | null;
  /** The earliest reading of an inexact end; null where there is but one reading. */
  readonly periodToEarliest: string | null;
  /** The source chain of details 14: figures of one chain follow on each other, those of two can disagree. */
  readonly chain: string;
  readonly publisher: string;
  /** The source's own wording. */
  readonly text: string;
  readonly qualifier: string;
  readonly policy: string;
};

/** A figure of a series at a period: what an answer shows. `claims` are all it rests on. */
export type Point = Interval & {
  readonly period: string;
  readonly accounting: Accounting;
  readonly flags: readonly Flag[];
  readonly claims: readonly string[];
  readonly policy: string;
  /** In a bucket or comparison: the period that the figure itself states, where one figure's stands for the bucket. */
  readonly reported?: string;
  /** Cumulatives only: the day the count began, null where that is open or unknown. */
  readonly since?: string | null;
  /** Stocks in a bucket only: the highest that the bucket's figures allow. */
  readonly peak?: Interval & { readonly claims: readonly string[] };
};

/**
 * `conflict`: sources disagree, the hull is shown. `reset`: the count fell, so nothing is carried over it.
 * `partial`: only a part of the bucket is covered. `to-date`: the count ends before the bucket does.
 * `not-combinable`: named claims overlap or straddle and are left out. `derived`: worked out from cumulatives.
 */
export type Flag = 'conflict' | 'reset' | 'partial' | 'to-date' | 'not-combinable' | 'derived';

/** A total order, so that answers do not depend on the order of rows. */
export function compareFigures(a: Figure, b: Figure): number {
  return (
    compareText(a.periodTo ?? '~', b.periodTo ?? '~') ||
    compareText(a.periodFrom ?? '', b.periodFrom ?? '') ||
    compareText(a.publisher, b.publisher) ||
    compareText(a.claim, b.claim) ||
    a.ordinal - b.ordinal
  );
}

/** By code unit, as `collate "C"` sorts ASCII: never by the machine's locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Each claim once, sorted. */
export function uniqueClaims(claims: Iterable<string>): string[] {
  return [...new Set(claims)].toSorted(compareText);
}

export function sortedFlags(flags: Iterable<Flag>): Flag[] {
  return [...new Set(flags)].toSorted(compareText);
}
