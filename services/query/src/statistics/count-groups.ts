/**
 * Groups of an answer, from counts by values and days (details 19): a claim is certain in a group where all days it may
 * have happened on are in it, else possible in every one that it may be in.
 */
import type { Counts } from '../kept/counts.ts';
import { addDays, type Bucket, bucketOf, daysIn, type Span } from './calendar.ts';
import { type CountDimension, type DateDimension, daysABin, isDateDimension } from './count-dimensions.ts';

export type CountItem = Readonly<Partial<Record<CountDimension, string>>> & {
  readonly claims: number;
  readonly incidents: number;
  readonly possible: number;
};

/** Days within which bins are of interest. */
export type CountWindow = { readonly from: string | null; readonly to: string | null };

/** Pairs of days that claims lie within and bins they may be in: beyond this, centuries are being counted by days. */
export const mostBins = 500_000;

export type Grouped =
  | { readonly ok: true; readonly items: readonly CountItem[] }
  | { readonly ok: false; readonly reason: 'too-many-bins' };

/** Keys of counts: claims by values (null: none) and days, and of groups by how many there are fewer incidents than claims. */
export const countKeys = { claims: 'c', shared: 's' } as const;

type Group = { readonly values: readonly string[]; claims: number; possible: number };
type Days = { readonly lo: string | null; readonly hi: string | null };

/** In order of their groups. */
export function groupsOf(counts: Counts, by: readonly CountDimension[], window: CountWindow): Grouped {
  const units = by.filter(isDateDimension);
  const rows = [...counts].flatMap(([key, count]) => {
    if (!key.startsWith(countKeys.claims)) return [];
    const values = JSON.parse(key.slice(1)) as (string | null)[];
    const [lo = null, hi = null] = values.splice(-2);
    return [{ values, lo, hi, count }];
  });
  const extent = extentOf(rows, window);
  const groups = new Map<string, Group>();
  if (by.length === 0) groups.set('[]', { values: [], claims: 0, possible: 0 });
  const binsOf = rememberBins(units, extent, window);
  for (const { values, lo, hi, count } of rows) {
    if (!values.every((value) => value !== null)) continue;
    const bins = binsOf({ lo, hi });
    if (bins === null) return { ok: false, reason: 'too-many-bins' };
    for (const { names, isCertain } of bins) {
      const all = inOrder(by, values, names);
      const key = JSON.stringify(all);
      const group = groups.get(key) ?? { values: all, claims: 0, possible: 0 };
      group[isCertain ? 'claims' : 'possible'] += count;
      groups.set(key, group);
    }
  }
  const items = [...groups]
    .map(([key, group]) => ({ ...group, incidents: group.claims + sharedIn(counts, key), order: orderOf(group) }))
    .toSorted((a, b) => Buffer.compare(a.order, b.order))
    .map(({ values, claims, incidents, possible }): CountItem => {
      const named = Object.fromEntries(by.map((dimension, index) => [dimension, values[index]]));
      return { ...named, claims, incidents, possible };
    });
  return { ok: true, items };
}

/** The key of a group as `json_build_array` writes it. */
function sharedIn(counts: Counts, group: string): number {
  return counts.get(`${countKeys.shared}${group}`) ?? 0;
}

/** Names compare one by one, by their bytes; none has a NUL in it. */
function orderOf({ values }: Group): Buffer {
  return Buffer.from(values.join('\0'));
}

function inOrder(by: readonly CountDimension[], values: readonly string[], bins: readonly string[]): string[] {
  let [value, bin] = [0, 0];
  return by.map((dimension) => (isDateDimension(dimension) ? bins[bin++] : values[value++]) ?? '');
}

/** Where a claim's days have no end, they reach as far as the window, or as far as any claim's. */
function extentOf(rows: readonly Days[], { from, to }: CountWindow): CountWindow {
  let [first, last] = [to, from];
  for (const { lo, hi } of rows) {
    const [begin, end] = [lo ?? hi, hi ?? lo];
    if (begin !== null && (first === null || begin < first)) first = begin;
    if (end !== null && (last === null || end > last)) last = end;
  }
  return { from: first, to: last };
}

type Bins = readonly { readonly names: readonly string[]; readonly isCertain: boolean }[];
const inNoBin: Bins = [{ names: [], isCertain: true }];

/** Each span of days is worked out once; null: there are too many in all. */
function rememberBins(units: readonly DateDimension[], extent: CountWindow, window: CountWindow) {
  const known = new Map<string, Bins>();
  const fewestDays = Math.min(...units.map(daysABin));
  let total = 0;
  return (days: Days): Bins | null => {
    if (units.length === 0) return inNoBin;
    const key = `${days.lo}/${days.hi}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const span = clip(days, extent, window);
    total += span === null ? 0 : Math.max(0, daysIn(span) / fewestDays) + 1;
    if (total > mostBins) return null;
    const bins = span === null ? [] : combine(units, span).map((each) => toBin(each, days));
    known.set(key, bins);
    return bins;
  };
}

function clip({ lo, hi }: Days, extent: CountWindow, window: CountWindow): Span | null {
  const from = greatest(lo ?? window.from ?? extent.from, window.from);
  const to = least(hi ?? window.to ?? extent.to, window.to);
  return from === null || to === null ? null : { from, to };
}

const greatest = (a: string | null, b: string | null) => (a === null ? b : b === null || a > b ? a : b);
const least = (a: string | null, b: string | null) => (a === null ? b : b === null || a < b ? a : b);

/** One bin of each unit, all that share a day of the span. */
function combine(units: readonly DateDimension[], span: Span): Bucket[][] {
  let combined: Bucket[][] = [[]];
  for (const unit of units) {
    const more = touched(unit, span);
    combined = combined.flatMap((before) => more.map((bin) => [...before, bin]));
    if (units.length > 1) combined = combined.filter((bins) => isShared(bins, span));
  }
  return combined;
}

function isShared(bins: readonly Bucket[], span: Span): boolean {
  const first = bins.reduce((day, { from }) => (from > day ? from : day), span.from);
  const last = bins.reduce((day, { to }) => (to < day ? to : day), span.to);
  return first <= last;
}

/** From the bin of the span's first day on, as many as begin before its end. */
function touched(unit: DateDimension, span: Span): Bucket[] {
  const bins: Bucket[] = [];
  for (let bin = bucketOf(span.from, unit); bin.from <= span.to; bin = bucketOf(addDays(bin.to, 1), unit)) {
    bins.push(bin);
    if (bin.to >= span.to) break;
  }
  return bins;
}

function toBin(bins: readonly Bucket[], { lo, hi }: Days) {
  const isCertain = lo !== null && hi !== null && bins.every(({ from, to }) => from <= lo && hi <= to);
  return { names: bins.map(({ period }) => period), isCertain };
}
