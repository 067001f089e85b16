/** A directory as counts of entries (../kept/entry-counts.ts): how many claims name each, by which spelling, with what beside it. */
import type { Counts } from '../kept/counts.ts';
import { keyOf } from '../kept/entry-counts.ts';
import { type DirectoryName, groupOf, namedEntries } from './named-entries.ts';

export type DirectoryRow = {
  readonly entries: string;
  /** 1: by the last day, `first` is none; 0: by the first. */
  readonly isLast: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly claims: number;
};

export function toDirectoryCounts(name: DirectoryName, rows: readonly DirectoryRow[]): Counts {
  const counts = new Map<string, number>();
  /** By list: the keys that each claim with it counts in. */
  const named = new Map<string, { readonly groups: readonly string[]; readonly keys: readonly string[] }>();
  const add = (key: string, count: number) => counts.set(key, (counts.get(key) ?? 0) + count);
  for (const { entries: text, isLast, first, last, claims } of rows) {
    const list = named.get(text) ?? toKeys(name, text);
    named.set(text, list);
    const day = isLast === 1 ? last : first;
    for (const group of list.groups) if (day !== null) add(keyOf(isLast === 1 ? 'l' : 'f', group, day), claims);
    // Each claim is in two rows, once with its first day and once with its last.
    if (isLast === 0) for (const key of list.keys) add(key, claims);
  }
  return counts;
}

/** Each claim counts once, however often it names an entry. */
function toKeys(name: DirectoryName, text: string) {
  const entries = namedEntries(name, text);
  const keys = entries.flatMap((entry) => {
    const group = groupOf(entry);
    return [
      keyOf('n', group),
      keyOf('s', group, entry.name),
      ...(entry.detail === null ? [] : [keyOf('d', group, entry.detail)]),
    ];
  });
  return { groups: [...new Set(entries.map(groupOf))], keys: [...new Set(keys)] };
}
