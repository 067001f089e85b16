/** Whom a claim names, by the list that the claim has of them. */
import { foldText } from '@ledgerline/events';

export type DirectoryName = 'actors' | 'places' | 'publishers';

export type NamedEntry = {
  readonly name: string;
  readonly kind: string | null;
  /** Codes with a hyphen between. */
  readonly country: string | null;
  /** Role of an actor, stated point of a place as JSON text, language of a publisher. */
  readonly detail: string | null;
};

type Actor = { readonly name: string; readonly kind: string; readonly country?: string; readonly role: string };
type Place = {
  readonly name: string;
  readonly role: string;
  readonly countries: readonly string[];
  readonly point?: readonly number[];
};
type Publisher = { readonly publisher: string; readonly language: string | null };

const readers: Readonly<Record<DirectoryName, (list: unknown) => NamedEntry[]>> = {
  actors: (list) =>
    (list as Actor[]).map(({ name, kind, country = null, role }) => ({ name, kind, country, detail: role })),
  places: (list) =>
    (list as Place[]).map(({ name, role, countries, point }) => ({
      name,
      kind: role,
      country: countries.toSorted().join('-'),
      detail: point === undefined ? null : JSON.stringify(point),
    })),
  publishers: (list) =>
    (list as Publisher[]).map(({ publisher: name, language: detail }) => ({ name, kind: null, country: null, detail })),
};

/** @param text JSON: `actors` or `places` of a claim as recorded, or `{ publisher, language }` of each report */
export function namedEntries(name: DirectoryName, text: string): NamedEntry[] {
  return readers[name](JSON.parse(text));
}

/** Spellings of one name, of one kind and country, are one entry. */
export function groupOf({ name, kind, country }: Omit<NamedEntry, 'detail'>): string {
  return JSON.stringify([foldText(name), kind, country]);
}
