/** As much of the public contract's shapes as these tests look at. */
import type { EventJson } from '@ledgerline/testkit';

export type Interval = {
  readonly lower: number | null;
  readonly best: number | null;
  readonly upper: number | null;
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
};

export type EventItem = {
  readonly event: EventJson;
  readonly partition: number;
  readonly offset: number;
  readonly recordedAt: string;
  readonly position: string;
};

export type ClaimItem = {
  readonly subject: string;
  readonly state: 'current' | 'retracted';
  readonly version: number;
  readonly title: string;
  readonly figures: readonly (Interval & { readonly series: string; readonly text: string })[];
};

export type MeasureItem = { readonly subject: string; readonly status: string; readonly inForce?: string };

export type Point = Interval & {
  readonly period: string;
  readonly accounting: string;
  readonly flags: readonly string[];
  readonly claims: readonly string[];
};

export type SeriesItem = { readonly key: string; readonly latest: Point };

export type ConflictItem = {
  readonly verdict: string;
  readonly agreement: Interval | null;
  readonly sources: readonly (Interval & { readonly claim: string; readonly text: string })[];
};

export type Comparison = {
  readonly current: Point | null;
  readonly base: Point | null;
  readonly ratio: Interval | null;
};

/** A line or body that a write is answered with. */
export type WriteResult = {
  readonly status: string;
  readonly id: string;
  readonly subject: string;
  readonly position: string;
  readonly recordedAt: string;
};

/** `(4100, 4200) best null`: an interval in the notation of mathematics, to compare at a glance. */
export function inWords({ lower, best, upper, lowerInclusive, upperInclusive }: Interval): string {
  const from = `${lowerInclusive ? '[' : '('}${lower ?? '-∞'}`;
  const to = `${upper ?? '∞'}${upperInclusive ? ']' : ')'}`;
  return best === null ? `${from}, ${to}` : `${from}, ${to} best ${best}`;
}
