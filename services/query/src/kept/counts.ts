/** Counts by key, of which sums and differences are counts again; no key has 0. */
export type Counts = ReadonlyMap<string, number>;

/** Adds to `sums` what was counted, `sign` times. */
export function addCounts(sums: Map<string, number>, counts: Counts, sign: 1 | -1 = 1): void {
  for (const [key, count] of counts) {
    const sum = (sums.get(key) ?? 0) + sign * count;
    if (sum === 0) sums.delete(key);
    else sums.set(key, sum);
  }
}

/** Rows of statements that count. */
export function toCounts(rows: readonly { readonly key: string; readonly count: number }[]): Counts {
  const counts = new Map<string, number>();
  for (const { key, count } of rows) counts.set(key, (counts.get(key) ?? 0) + count);
  return counts;
}
