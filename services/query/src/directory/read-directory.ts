/**
 * Who, where, and which sources: the names that current claims give, spellings that differ only in case or diacritics
 * joined, the most used first. Counting goes over all claims, so the last answers are kept: a position's changes only where
 * a claim is found unlawful.
 */
import { readSql } from '@ledgerline/database';
import { foldText } from '@ledgerline/events';
import { createStatementValues, fillMarkers } from '../filters/statement-values.ts';
import type { Read } from '../read-context.ts';
import { recordedConditions } from '../timeline/claim-conditions.ts';
import { visibility } from '../timeline/visibility.ts';

export type DirectoryName = 'actors' | 'places' | 'publishers';

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

type Row = Omit<DirectoryEntry, 'spellings'> & { readonly subjects: readonly string[] };

export type ReadDirectory = (read: Read, name: DirectoryName) => Promise<readonly DirectoryEntry[]>;

const statements: Readonly<Record<DirectoryName, string>> = {
  actors: readSql(new URL('./sql/actors.sql', import.meta.url)),
  places: readSql(new URL('./sql/places.sql', import.meta.url)),
  publishers: readSql(new URL('./sql/publishers.sql', import.meta.url)),
};
const unlawfulSql = readSql(new URL('./sql/unlawful-claims.sql', import.meta.url));
const KEPT_ANSWERS = 16;

export function createDirectoryReader(): ReadDirectory {
  const kept = new Map<string, Promise<readonly DirectoryEntry[]>>();
  return async (read, name) => {
    const schema = read.located.views.get('timeline')?.schema ?? '';
    const [unlawful] = await read.query<{ claims: number }>({ name: 'unlawful-claims', text: unlawfulSql });
    const key = [name, schema, read.token, read.knownBy?.day, read.knownBy?.match, unlawful?.claims].join(' ');
    const found = kept.get(key) ?? query(read, name);
    kept.delete(key);
    kept.set(key, found);
    found.catch(() => kept.delete(key));
    const [oldest] = kept.keys();
    if (kept.size > KEPT_ANSWERS && oldest !== undefined) kept.delete(oldest);
    return await found;
  };
}

async function query(read: Read, name: DirectoryName): Promise<DirectoryEntry[]> {
  const values = createStatementValues();
  const conditions = [
    ...recordedConditions(await read.lastRecorded(), values),
    ...visibility(read.at, read.knownBy, values).version,
    `v.state = 'current'`,
  ];
  const text = fillMarkers(statements[name], { conditions: conditions.join('\n  and ') });
  return joinSpellings(await read.query<Row>({ text, values: values.values }));
}

/** One entry for all spellings of one name of one kind and country, each claim counted once. */
function joinSpellings(rows: readonly Row[]): DirectoryEntry[] {
  const groups = Map.groupBy(rows, ({ name, kind, country }) => JSON.stringify([foldText(name), kind, country]));
  const entries = [...groups.values()].map((group): DirectoryEntry => {
    const spellings = group.toSorted((a, b) => b.claims - a.claims || compare(a.name, b.name));
    const [first] = spellings as [Row, ...Row[]];
    return {
      name: first.name,
      spellings: spellings.map(({ name }) => name),
      kind: first.kind,
      country: first.country,
      details: [...new Set(group.flatMap(({ details }) => details))].toSorted(compare),
      claims: new Set(group.flatMap(({ subjects }) => subjects)).size,
      first: least(group.map((row) => row.first)),
      last: greatest(group.map((row) => row.last)),
    };
  });
  return entries.toSorted(
    (a, b) =>
      b.claims - a.claims || compare(a.name, b.name) || compare(`${a.kind} ${a.country}`, `${b.kind} ${b.country}`),
  );
}

/** By code unit: the same on every machine. */
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const days = (values: readonly (string | null)[]) => values.filter((value) => value !== null).toSorted(compare);
const least = (values: readonly (string | null)[]) => days(values)[0] ?? null;
const greatest = (values: readonly (string | null)[]) => days(values).at(-1) ?? null;
