/**
 * Entries of a list as counts by key, which can be added and subtracted: how many claims each has, what is said of it by how
 * many, and of its days so many of the first and last that some of them may go.
 */
import type { Counts } from './counts.ts';

/** Claims, spelling, detail, first day, last day; capitals: beyond which day nothing is kept. */
type Aspect = 'n' | 's' | 'd' | 'f' | 'l' | 'F' | 'L';

/** Days at either end of an entry's: as many claims at least must go for a new count. */
const keptDays = 32;

/** Neither has a line break in it. */
export const keyOf = (aspect: Aspect, group: string, value = '') => `${aspect}${group}\n${value}`;

export function partsOf(key: string): readonly [aspect: Aspect, group: string, value: string] {
  const end = key.indexOf('\n');
  return [key[0] as Aspect, key.slice(1, end), key.slice(end + 1)];
}

const ends = [
  { day: 'f', limit: 'F', sign: 1 },
  { day: 'l', limit: 'L', sign: -1 },
] as const;

/**
 * Leaves out days beyond those kept; null where all that were kept of an entry are gone, and others were left out: which
 * day it is now, these counts don't know.
 */
export function settleDays(counts: Counts): Counts | null {
  const settled = new Map<string, number>();
  const days = new Map<string, Map<string, number>>();
  for (const [key, count] of counts) {
    const [aspect, group, value] = partsOf(key);
    if (aspect !== 'f' && aspect !== 'l') {
      settled.set(key, count);
      continue;
    }
    const id = keyOf(aspect, group);
    days.set(id, (days.get(id) ?? new Map<string, number>()).set(value, count));
  }
  for (const { day, limit, sign } of ends) {
    for (const [key] of counts) {
      const [aspect, group] = partsOf(key);
      if (aspect !== 'n') continue;
      const beyond = counts.get(keyOf(limit, group));
      const known = [...(days.get(keyOf(day, group)) ?? [])]
        .filter(([value]) => beyond === undefined || sign * (toNumber(value) - beyond) <= 0)
        .toSorted(([a], [b]) => sign * (toNumber(a) - toNumber(b)));
      if (beyond !== undefined && known.length === 0) return null;
      const kept = known.slice(0, keptDays);
      for (const [value, count] of kept) settled.set(keyOf(day, group, value), count);
      const [farthest] = kept.at(-1) ?? [];
      if (known.length > keptDays && farthest !== undefined) settled.set(keyOf(limit, group), toNumber(farthest));
    }
    // Of entries that nobody names any more nothing is left.
    for (const [key] of counts) {
      const [aspect, group] = partsOf(key);
      if (aspect === limit && !counts.has(keyOf('n', group))) settled.delete(key);
    }
  }
  return settled;
}

const toNumber = (day: string) => Number(day.replaceAll('-', ''));

/** The first and the last day of each entry; missing where it has none. */
export function endsOf(counts: Counts): ReadonlyMap<string, { first: string | null; last: string | null }> {
  const found = new Map<string, { first: string | null; last: string | null }>();
  for (const key of counts.keys()) {
    const [aspect, group, day] = partsOf(key);
    if (aspect !== 'f' && aspect !== 'l') continue;
    const known = found.get(group) ?? { first: null, last: null };
    if (aspect === 'f' && (known.first === null || day < known.first)) known.first = day;
    if (aspect === 'l' && (known.last === null || day > known.last)) known.last = day;
    found.set(group, known);
  }
  return found;
}
