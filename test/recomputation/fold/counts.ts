/** Claims and incidents by group (details 19), bin by bin. */
import type { Claims, KnownBy } from './claims.ts';
import { shift } from './days.ts';
import { quantitiesOf } from './figures.ts';
import { byText, type Json } from './log.ts';
import { bucketOf, type Unit } from './points.ts';
import { incidentOf } from './relations.ts';
import type { Item } from './timeline.ts';

export type Dimension = 'kind' | 'country' | 'border' | 'publisher' | 'measureKind' | 'outcome' | Unit;

const units = new Set<string>(['day', 'week', 'month', 'year']);
const isUnit = (dimension: Dimension): dimension is Unit => units.has(dimension);

type Value = { readonly value: string; readonly from: string; readonly to: string; readonly certain: boolean };

export function countsOf(
  items: readonly Item[],
  by: readonly Dimension[],
  all: Claims,
  knownBy: KnownBy | null,
): Json[] {
  const ends = items.flatMap(({ occurred: { earliest, latest } }) => [earliest, latest].filter((day) => day !== null));
  const first =
    items
      .map(
        ({ occurred: { earliest, latest } }) =>
          [earliest, latest].filter((day) => day !== null).toSorted(byText)[0] ?? '',
      )
      .toSorted(byText)[0] ?? '';
  const last = ends.toSorted(byText).at(-1) ?? '';
  const groups = new Map<string, { group: Json; claims: number; possible: number; incidents: Set<string> }>();
  for (const item of items) {
    const incident = incidentOf(item.subject, all, knownBy)[0] ?? item.subject;
    for (const values of product(by.map((dimension) => valuesOf(item, dimension, first, last)))) {
      const from =
        values
          .map((value) => value.from)
          .toSorted(byText)
          .at(-1) ?? '';
      const to = values.map((value) => value.to).toSorted(byText)[0] ?? '~';
      // No day is in both bins.
      if (from > to) continue;
      const group = Object.fromEntries(by.map((dimension, index) => [dimension, values[index]?.value]));
      const key = JSON.stringify(Object.values(group));
      const counted = groups.get(key) ?? { group, claims: 0, possible: 0, incidents: new Set<string>() };
      groups.set(key, counted);
      if (values.every(({ certain }) => certain)) {
        counted.claims += 1;
        counted.incidents.add(incident);
      } else counted.possible += 1;
    }
  }
  if (by.length === 0 && groups.size === 0) return [{ claims: 0, incidents: 0, possible: 0 }];
  return [...groups.values()]
    .map(({ group, claims, possible, incidents }) => ({ ...group, claims, incidents: incidents.size, possible }))
    .toSorted((a, b) => byText(JSON.stringify(a), JSON.stringify(b)));
}

function product(lists: readonly (readonly Value[])[]): Value[][] {
  return lists.reduce<Value[][]>((sets, list) => sets.flatMap((set) => list.map((value) => [...set, value])), [[]]);
}

function valuesOf(item: Item, dimension: Dimension, first: string, last: string): Value[] {
  const certain = (values: readonly string[]) =>
    [...new Set(values)].map((value) => ({ value, from: '', to: '~', certain: true }));
  const data = (item['data'] ?? {}) as Json;
  const places = (data['places'] as { role: string; countries: string[] }[] | undefined) ?? [];
  const text = (name: string) => (typeof data[name] === 'string' ? [data[name]] : []);
  if (isUnit(dimension)) return binsOf(item, dimension, first, last);
  switch (dimension) {
    case 'kind':
      return certain([String(item['kind'])]);
    case 'country':
      return certain([
        ...places.flatMap(({ countries }) => countries),
        ...quantitiesOf(data).flatMap(({ country, border }) => [
          ...(country === undefined ? [] : [country]),
          ...(border?.split('-') ?? []),
        ]),
      ]);
    case 'border':
      return certain([
        ...places.filter(({ role }) => role === 'border').map(({ countries }) => countries.toSorted(byText).join('-')),
        ...quantitiesOf(data).flatMap(({ border }) => (border === undefined ? [] : [border])),
      ]);
    case 'publisher':
      return certain(
        ((data['reports'] as { publisher: string }[] | undefined) ?? []).map(({ publisher }) => publisher),
      );
    case 'measureKind':
      return certain(text('measureKind'));
    case 'outcome':
      return certain(text('outcome'));
    default:
      return dimension satisfies never;
  }
}

function binsOf({ occurred: { earliest, latest } }: Item, unit: Unit, first: string, last: string): Value[] {
  const [from, to] = [earliest ?? first, latest ?? last];
  const bins: Value[] = [];
  for (let bin = bucketOf(from, unit); from <= to; bin = bucketOf(shift(bin.to, 1), unit)) {
    const certain = earliest !== null && latest !== null && earliest >= bin.from && latest <= bin.to;
    const bounded = { from: bin.from > from ? bin.from : from, to: bin.to < to ? bin.to : to };
    bins.push({ value: bin.period, ...bounded, certain });
    if (bin.to >= to) break;
  }
  return bins;
}
