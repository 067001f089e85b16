/** Counts made before, by what was counted and at which position; bounded in keys, the longest unused goes first. */
import type { Offsets } from '@ledgerline/log';
import type { Counts } from './counts.ts';

export type Counted = {
  readonly at: Offsets;
  readonly counts: Counts;
};

export type RecentCounts = {
  /** The one nearest to a position; null where there is none. */
  nearest(name: string, at: Offsets): Counted | null;
  keep(name: string, counted: Counted): void;
};

/** Some 100 bytes each. */
const maxKeys = 400_000;
/** Positions of one list: that of now, and those of walks that are still read. */
const maxPositions = 4;

export function createRecentCounts(): RecentCounts {
  const byName = new Map<string, readonly Counted[]>();
  let keys = 0;
  const drop = (name: string) => {
    for (const { counts } of byName.get(name) ?? []) keys -= counts.size + 1;
    byName.delete(name);
  };
  const put = (name: string, counted: readonly Counted[]) => {
    drop(name);
    if (counted.length === 0) return;
    byName.set(name, counted);
    for (const { counts } of counted) keys += counts.size + 1;
    for (const oldest of byName.keys()) {
      if (keys <= maxKeys) return;
      drop(oldest);
    }
  };
  return {
    nearest(name, at) {
      const known = byName.get(name) ?? [];
      put(name, known);
      return known.toSorted((a, b) => distance(a.at, at) - distance(b.at, at))[0] ?? null;
    },
    keep(name, counted) {
      const others = (byName.get(name) ?? []).filter(({ at }) => distance(at, counted.at) > 0);
      put(name, [counted, ...others].slice(0, maxPositions));
    },
  };
}

/** Events between two positions of one log. */
export function distance(a: Offsets, b: Offsets): number {
  return a.reduce((sum, offset, partition) => sum + Math.abs(offset - (b[partition] ?? 0)), 0);
}
