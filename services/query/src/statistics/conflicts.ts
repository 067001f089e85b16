/**
 * Sources side by side, period by period (domain.md, rule 7): they agree where what they say of it overlaps, bounds
 * carried between counts from one start included. A source is a chain: two papers that cite one authority are one.
 */
import { type Entry, entriesOf } from './entries.ts';
import type { Accounting, Figure } from './figure.ts';
import type { Interval } from './interval.ts';
import { touches, type Window } from './points.ts';
import { combine, type Statement } from './statement.ts';

export type Verdict = 'agree' | 'conflict' | 'single';

export type Source = Interval & {
  readonly publisher: string;
  readonly claim: string;
  readonly text: string;
  readonly qualifier: string;
  readonly chain: string;
  /** The period of the figure itself: another than the item's where its bound was carried here. */
  readonly period: string;
  readonly carried: boolean;
};

export type SideBySide = {
  readonly period: string;
  readonly accounting: Accounting;
  readonly verdict: Verdict;
  /** What all sources allow; null in a conflict. */
  readonly agreement: Interval | null;
  readonly sources: readonly Source[];
};

/** Every reported period of the window in order of time, one by one; details 20 leaves `single` to the caller. */
export function sideBySide(figures: readonly Figure[], window: Window): IteratorObject<SideBySide, undefined> {
  return entriesOf(figures)
    .values()
    .filter((entry) => touches(entry, window))
    .map(toItem);
}

function toItem(entry: Entry): SideBySide {
  const { statements } = entry;
  const { agreement } = combine(statements);
  const chains = new Set(statements.map(({ figure }) => figure.chain));
  const verdict = agreement === null ? 'conflict' : chains.size > 1 ? 'agree' : 'single';
  const { period, accounting } = entry;
  return { period, accounting, verdict, agreement, sources: statements.map(toSource) };
}

function toSource({ figure, interval, carried }: Statement): Source {
  const { publisher, claim, text, qualifier, chain, period } = figure;
  return { publisher, claim, text, ...interval, qualifier, chain, period, carried };
}
