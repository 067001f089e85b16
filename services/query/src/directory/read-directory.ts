/**
 * Who, where, and which sources: the names that current claims give, spellings that differ only in case or diacritics
 * joined, the most used first. Counted over all claims once, and from then on by what is new (../kept).
 */
import { readSql } from '@ledgerline/database';
import { createStatementValues, fillMarkers } from '../filters/statement-values.ts';
import type { Counts } from '../kept/counts.ts';
import { endsOf, partsOf, settleDays } from '../kept/entry-counts.ts';
import type { KeepCounts } from '../kept/kept-counts.ts';
import { type Among, amongConditions, recordedRanges } from '../kept/recorded-ranges.ts';
import type { Read } from '../read-context.ts';
import { recordedConditions } from '../timeline/claim-conditions.ts';
import { visibility } from '../timeline/visibility.ts';
import { countUnlawful } from './count-unlawful.ts';
import { type DirectoryRow, toDirectoryCounts } from './directory-counts.ts';
import type { DirectoryName } from './named-entries.ts';

export type { DirectoryName } from './named-entries.ts';

export type DirectoryEntry = {
  /** The spelling that most claims use. */
  readonly name: string;
  readonly spellings: readonly string[];
  readonly kind: string | null;
  /** Codes with a hyphen between. */
  readonly country: string | null;
  /** Roles of an actor, stated points of a place as JSON text, languages of a publisher. */
  readonly details: readonly string[];
  readonly claims: number;
  /** Days that the claims span: of what occurred, for publishers of publication. */
  readonly first: string | null;
  readonly last: string | null;
};

export type ReadDirectory = (read: Read, name: DirectoryName) => Promise<readonly DirectoryEntry[]>;

const statements: Readonly<Record<DirectoryName, string>> = {
  actors: readSql(new URL('./sql/actors.sql', import.meta.url)),
  places: readSql(new URL('./sql/places.sql', import.meta.url)),
  publishers: readSql(new URL('./sql/publishers.sql', import.meta.url)),
};

export function createDirectoryReader(keepCounts: KeepCounts): ReadDirectory {
  /** Sorted once for all pages of one position. */
  const sorted = new WeakMap<Counts, readonly DirectoryEntry[]>();
  return async (read, name) => {
    const lastRecorded = await read.lastRecorded();
    const count = async (at: Read['at'], among: Among) => {
      const values = createStatementValues();
      const conditions = [
        ...amongConditions(among, values),
        ...('after' in among ? recordedConditions(lastRecorded, values) : []),
        ...visibility(at, read.knownBy, values).version,
        `v.state = 'current'`,
      ];
      const text = fillMarkers(statements[name], { conditions: conditions.join('\n  and ') });
      return toDirectoryCounts(name, await read.query<DirectoryRow>({ text, values: values.values }));
    };
    const counts = await keepCounts({
      view: 'timeline',
      schema: read.located.views.get('timeline')?.schema ?? '',
      logId: read.logId,
      at: read.at,
      unlawful: async () => await countUnlawful(read),
      what: [name, read.knownBy],
      isOfAll: true,
      async *whole() {
        for await (const range of recordedRanges({ query: read.query, lastRecorded }))
          yield await count(read.at, range);
      },
      among: async (subjects, at) => await count(at, subjects),
      settle: settleDays,
    });
    const entries = sorted.get(counts) ?? toEntries(counts);
    sorted.set(counts, entries);
    return entries;
  };
}

function toEntries(counts: Counts): DirectoryEntry[] {
  const spellings = new Map<string, { name: string; claims: number }[]>();
  const details = new Map<string, string[]>();
  for (const [key, count] of counts) {
    const [aspect, group, value] = partsOf(key);
    if (aspect === 's') spellings.set(group, [...(spellings.get(group) ?? []), { name: value, claims: count }]);
    if (aspect === 'd') details.set(group, [...(details.get(group) ?? []), value]);
  }
  const ends = endsOf(counts);
  const entries: DirectoryEntry[] = [];
  for (const [key, claims] of counts) {
    const [aspect, group] = partsOf(key);
    if (aspect !== 'n') continue;
    const [, kind, country] = JSON.parse(group) as [string, string | null, string | null];
    const names = (spellings.get(group) ?? [])
      .toSorted((a, b) => b.claims - a.claims || compare(a.name, b.name))
      .map(({ name }) => name);
    const { first = null, last = null } = ends.get(group) ?? {};
    const own = { kind, country, details: (details.get(group) ?? []).toSorted(compare), claims, first, last };
    entries.push({ name: names[0] ?? '', spellings: names, ...own });
  }
  return entries.toSorted(
    (a, b) =>
      b.claims - a.claims || compare(a.name, b.name) || compare(`${a.kind} ${a.country}`, `${b.kind} ${b.country}`),
  );
}

/** By code unit: the same on every machine. */
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
