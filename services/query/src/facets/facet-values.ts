/** Counts by key as the facets of an answer. */

import type { Counts } from '../kept/counts.ts';
import type { DateMatch } from '../reading/clock-parameters.ts';
import { type FacetName, type Facets, maxFacetValues, type TimeFacet } from './facet-parameters.ts';
import { isTimeFacet } from './facet-statements.ts';

/** `kind:statement` and the like; `year:2021/2022`, an open end empty. None of them is 0. */
export type FacetCounts = Counts;

type Value = { readonly value: string; readonly count: number };

export function totalOf(counts: FacetCounts): number {
  let total = 0;
  for (const [key, count] of counts) if (key.startsWith('kind:')) total += count;
  return total;
}

export function toFacets(counts: FacetCounts, names: readonly FacetName[], match: DateMatch = 'possible'): Facets {
  return Object.fromEntries(
    names.map((name) => {
      const values: Value[] = [];
      for (const [key, count] of counts) {
        if (key.startsWith(`${name}:`)) values.push({ value: key.slice(name.length + 1), count });
      }
      return [name, isTimeFacet(name) ? binned(values, name, match) : mostFrequent(values)];
    }),
  );
}

function mostFrequent(values: readonly Value[]): Value[] {
  return values.toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, maxFacetValues);
}

/**
 * A claim counts in every bin it may have happened in, with `certain` only where it has one. An open end reaches as far
 * as any claim's days do.
 */
function binned(spans: readonly Value[], unit: TimeFacet, match: DateMatch): Value[] {
  const known = spans.flatMap(({ value, count }) => {
    const [first, last] = value.split('/').map((bin) => (bin === '' ? null : toIndex(bin, unit)));
    return (first ?? last ?? null) === null ? [] : [{ first: first ?? null, last: last ?? null, count }];
  });
  if (known.length === 0) return [];
  const ends = known.flatMap(({ first, last }) => [first, last]).filter((index) => index !== null);
  const low = ends.reduce((least, index) => Math.min(least, index));
  const high = ends.reduce((most, index) => Math.max(most, index));
  // What begins and what has ended, bin by bin; its running sum are the counts.
  const steps = new Float64Array(high - low + 2);
  for (const { first, last, count } of known) {
    if (match === 'certain' && first !== last) continue;
    const [from, to] = [(first ?? low) - low, (last ?? high) - low];
    steps[from] = (steps[from] ?? 0) + count;
    steps[to + 1] = (steps[to + 1] ?? 0) - count;
  }
  const values: Value[] = [];
  let count = 0;
  for (let index = 0; index <= high - low; index += 1) {
    count += steps[index] ?? 0;
    if (count > 0) values.push({ value: toBin(index + low, unit), count });
  }
  return mostFrequent(values).toSorted((a, b) => (a.value < b.value ? -1 : 1));
}

function toIndex(bin: string, unit: TimeFacet): number {
  const [year, month] = bin.split('-').map(Number);
  return unit === 'year' ? (year ?? 0) : (year ?? 0) * 12 + (month ?? 1) - 1;
}

function toBin(index: number, unit: TimeFacet): string {
  const four = (year: number) => String(year).padStart(4, '0');
  return unit === 'year' ? four(index) : `${four(Math.floor(index / 12))}-${String((index % 12) + 1).padStart(2, '0')}`;
}
