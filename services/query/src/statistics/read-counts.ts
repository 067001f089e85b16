/**
 * Counts of claims and incidents by group (details 19): the filters and clocks are those of the timeline. What is counted
 * by values and days is kept (../kept). Incidents are no sum over claims; but what linked claims make fewer is one over
 * those that hang together.
 */
import { readSql } from '@ledgerline/database';
import { countUnlawful } from '../directory/count-unlawful.ts';
import type { ClaimFilters } from '../filters/claim-filters.ts';
import { createStatementValues, fillMarkers, type StatementValues } from '../filters/statement-values.ts';
import { addCounts, type Counts } from '../kept/counts.ts';
import { givenFilters, leavesMost } from '../kept/given-filters.ts';
import type { KeepCounts } from '../kept/kept-counts.ts';
import { type Among, amongConditions, recordedRanges } from '../kept/recorded-ranges.ts';
import type { Read } from '../read-context.ts';
import type { DateMatch } from '../reading/clock-parameters.ts';
import { type ChosenClaims, claimConditions } from '../timeline/claim-conditions.ts';
import { binOf, type CountDimension, daysOf, isDateDimension, isWithin, joinOf } from './count-dimensions.ts';
import { type CountWindow, countKeys, type Grouped, groupsOf } from './count-groups.ts';
import { readIncidents } from './read-incidents.ts';

export type CountsQuery = {
  readonly by: readonly CountDimension[];
  readonly filters: ClaimFilters;
  readonly dateMatch: DateMatch | undefined;
};

/** Of so many claims the links are followed one by one; of more, all links of the log are read at once. */
const fewClaims = 1_000;
/** Linked claims that are looked up at once. */
const linkedAtOnce = 5_000;

const sql = {
  chosen: readSql(new URL('./sql/chosen-subjects.sql', import.meta.url)),
  claims: readSql(new URL('./sql/count-claims.sql', import.meta.url)),
  shared: readSql(new URL('./sql/count-shared.sql', import.meta.url)),
};

/** All groups, in their order. */
export type ReadCounts = (read: Read, query: CountsQuery) => Promise<Grouped>;

export function createCountsReader(keepCounts: KeepCounts): ReadCounts {
  /** Grouped once for all pages of one position. */
  const grouped = new WeakMap<Counts, Map<string, Grouped>>();
  return async (read, query) => {
    const chosen = { ...query, languages: await read.languages(query.filters.q) };
    const counts = (await countFew(read, chosen)) ?? (await keepCounts(await questionOf(read, chosen)));
    const window = windowOf(query.filters);
    const key = JSON.stringify([query.by, window]);
    const known = grouped.get(counts) ?? new Map<string, Grouped>();
    const found = known.get(key) ?? groupsOf(counts, query.by, window);
    grouped.set(counts, known.set(key, found));
    return found;
  };
}

type Chosen = ChosenClaims & CountsQuery;

/** Where an index leads to the claims and they are few, they are counted at once; null where they are not. */
async function countFew(read: Read, chosen: Chosen): Promise<Counts | null> {
  if (leavesMost(chosen.filters)) return null;
  const values = createStatementValues();
  const { conditions } = claimConditions(chosen, { ...read, lastRecorded: await read.lastRecorded() }, values);
  const text = fillMarkers(sql.chosen, { conditions: conditions.join(' and '), limit: values.add(fewClaims + 1) });
  const rows = await read.query<{ subject: string }>({ text, values: values.values });
  if (rows.length > fewClaims) return null;
  return await countAmong(
    read,
    chosen,
    rows.map(({ subject }) => subject),
  );
}

async function questionOf(read: Read, chosen: Chosen): Promise<Parameters<KeepCounts>[0]> {
  const lastRecorded = await read.lastRecorded();
  const isOfAll = leavesMost(chosen.filters);
  return {
    view: 'timeline',
    schema: read.located.views.get('timeline')?.schema ?? '',
    logId: read.logId,
    at: read.at,
    unlawful: async () => await countUnlawful(read),
    what: ['counts', chosen.by, givenFilters(chosen.filters), chosen.dateMatch ?? null, read.knownBy],
    isOfAll,
    async *whole() {
      if (!isOfAll) yield await countClaims(read, chosen, null);
      else
        for await (const range of recordedRanges({ ...read, lastRecorded }))
          yield await countClaims(read, chosen, range);
      for (const some of inPortions(await readIncidents(read, null))) yield await countShared(read, chosen, some);
    },
    among: async (subjects, at) => await countAmong({ ...read, at }, chosen, subjects),
    async together(subjects, at) {
      const linked = await readIncidents({ ...read, at }, subjects);
      return [...new Set([...subjects, ...linked.keys()])];
    },
  };
}

async function countAmong(read: Read, chosen: Chosen, subjects: readonly string[]): Promise<Counts> {
  const counts = new Map(await countClaims(read, chosen, subjects));
  addCounts(counts, await countShared(read, chosen, await readIncidents(read, subjects)));
  return counts;
}

/** Claims of one incident stay together. */
function* inPortions(incidents: ReadonlyMap<string, string>): Generator<ReadonlyMap<string, string>> {
  const together = [...Map.groupBy(incidents, ([, incident]) => incident).values()];
  let portion: (readonly [string, string])[] = [];
  for (const linked of together) {
    portion.push(...linked);
    if (portion.length < linkedAtOnce) continue;
    yield new Map(portion);
    portion = [];
  }
  yield new Map(portion);
}

/** @param among null: all that the filters leave, by one statement */
async function countClaims(read: Read, chosen: Chosen, among: Among | null): Promise<Counts> {
  const values = createStatementValues();
  const units = chosen.by.filter(isDateDimension);
  const named = namesOf(chosen.by.filter((dimension) => !isDateDimension(dimension)));
  const text = fillMarkers(sql.claims, {
    names: [...named, 'lo', 'hi'].join(', '),
    groups: [...named.map((name) => `${name}.value`), 'lo', 'hi'].join(', '),
    values: [...named.map((name) => `${name}.value as ${name}`), daysOf(units)].join(', '),
    // A claim without the value is in no group; but open ends of others reach as far as its days do.
    joins: joinsOf(chosen.by, units.length > 0),
    reports: reportsOf(chosen.by),
    conditions: await conditionsOf(read, chosen, among, values),
  });
  return await run(read, countKeys.claims, text, values);
}

/** @param incidents of claims of which none is linked to another */
async function countShared(read: Read, chosen: Chosen, incidents: ReadonlyMap<string, string>): Promise<Counts> {
  if (incidents.size === 0) return new Map();
  const values = createStatementValues();
  const units = chosen.by.filter(isDateDimension);
  const names = namesOf(chosen.by);
  const groups = chosen.by.map((dimension) => (isDateDimension(dimension) ? `"${dimension}"` : `"${dimension}".value`));
  const columns = chosen.by.map((dimension) =>
    isDateDimension(dimension) ? `${binOf(dimension)} as "${dimension}"` : `"${dimension}".value as "${dimension}"`,
  );
  const text = fillMarkers(sql.shared, {
    subjects: values.add([...incidents.keys()]),
    incidents: values.add([...incidents.values()]),
    names: names.join(', '),
    values: columns.map((column) => `${column}, `).join(''),
    groups: names.length === 0 ? '()' : groups.join(', '),
    joins: joinsOf(chosen.by, false),
    reports: reportsOf(chosen.by),
    certain: units.length === 0 ? 'true' : units.map(isWithin).join(' and '),
    conditions: await conditionsOf(read, chosen, 'looked-up', values),
  });
  return await run(read, countKeys.shared, text, values);
}

const namesOf = (by: readonly CountDimension[]) => by.map((dimension) => `"${dimension}"`);
const joinsOf = (by: readonly CountDimension[], keep: boolean) =>
  by.flatMap((dimension) => (isDateDimension(dimension) ? [] : [joinOf(dimension, keep)])).join('\n  ');
/** Whole claims are large: their reports are read only where they are counted by. */
const reportsOf = (by: readonly CountDimension[]) => (by.includes('publisher') ? `v.data -> 'reports'` : 'null::json');

async function run(read: Read, aspect: string, text: string, { values }: StatementValues): Promise<Counts> {
  const rows = await read.query<{ key: string; count: number }>({ text, values });
  // Written as JSON.stringify writes it.
  return new Map(rows.map(({ key, count }) => [aspect + JSON.stringify(JSON.parse(key)), count]));
}

/** The day that windows need: bins before and after it are of no interest. */
function windowOf({ from, to, on }: ClaimFilters): CountWindow {
  const starts = [from?.first, on?.first].filter((day) => day !== undefined).toSorted();
  const ends = [to?.last, on?.last].filter((day) => day !== undefined).toSorted();
  return { from: starts.at(-1) ?? null, to: ends.at(0) ?? null };
}

async function conditionsOf(
  read: Read,
  chosen: Chosen,
  among: Among | 'looked-up' | null,
  values: StatementValues,
): Promise<string> {
  const isNamed = among === 'looked-up' || Array.isArray(among);
  // Claims that are named are looked up; only a walk of all must be told where to end.
  const readAt = { ...read, lastRecorded: isNamed ? null : await read.lastRecorded() };
  const { conditions } = claimConditions(chosen, readAt, values);
  const ofSome = among === null || among === 'looked-up' ? [] : amongConditions(among, values);
  return [...ofSome, ...conditions].join('\n      and ');
}
