/** Counts of claims and incidents by group (details 19): the filters and clocks are those of the timeline. */
import { readSql } from '@ledgerline/database';
import type { ClaimFilters } from '../filters/claim-filters.ts';
import { createStatementValues, fillMarkers } from '../filters/statement-values.ts';
import type { Read } from '../read-context.ts';
import type { DateMatch } from '../reading/clock-parameters.ts';
import { type ChosenClaims, claimConditions, type ReadAt } from '../timeline/claim-conditions.ts';
import { type CountDimension, daysABin, isDateDimension, joinOf } from './count-dimensions.ts';
import { readIncidents } from './read-incidents.ts';

export type CountItem = Readonly<Partial<Record<CountDimension, string>>> & {
  readonly claims: number;
  readonly incidents: number;
  readonly possible: number;
};

export type CountsQuery = {
  readonly by: readonly CountDimension[];
  readonly filters: ClaimFilters;
  readonly dateMatch: DateMatch | undefined;
  readonly limit: number;
  readonly offset: number;
};

/** Pairs of a claim and a bin it may be in: beyond this a claim of centuries is being counted by days. */
export const mostBins = 500_000;

/** Of so many claims the links are followed one by one; of more, all links of the log are read at once. */
const fewClaims = 1_000;

export type Counts =
  | { readonly ok: true; readonly items: readonly CountItem[] }
  | { readonly ok: false; readonly reason: 'too-many-bins' };

const sql = {
  chosen: readSql(new URL('./sql/chosen-subjects.sql', import.meta.url)),
  counts: readSql(new URL('./sql/count-claims.sql', import.meta.url)),
};

/** Items in order of their groups, one more than `limit` where there are more. */
export async function readCounts(read: Read, query: CountsQuery): Promise<Counts> {
  const { at, knownBy } = read;
  const readAt = { at, knownBy, lastRecorded: await read.lastRecorded() };
  const { filters, dateMatch } = query;
  const chosen = { filters, dateMatch, languages: await read.languages(filters.q) };
  const incidents = await readIncidents(read, await readFewSubjects(read, readAt, chosen));
  const { text, values } = countsStatement(readAt, query, chosen, incidents);
  const [row] = await read.query<{ bins: number; items: CountItem[] }>({ text, values });
  if (row === undefined) throw new Error('the counts have no row');
  const dated = daysABin(query.by) !== null;
  return dated && row.bins > mostBins ? { ok: false, reason: 'too-many-bins' } : { ok: true, items: row.items };
}

/** null where there are more than a few. */
async function readFewSubjects(read: Read, readAt: ReadAt, chosen: ChosenClaims): Promise<string[] | null> {
  const values = createStatementValues();
  const { conditions } = claimConditions(chosen, readAt, values);
  const text = fillMarkers(sql.chosen, { conditions: conditions.join(' and '), limit: values.add(fewClaims + 1) });
  const rows = await read.query<{ subject: string }>({ text, values: values.values });
  return rows.length > fewClaims ? null : rows.map(({ subject }) => subject);
}

function countsStatement(
  readAt: ReadAt,
  { by, filters, limit, offset }: CountsQuery,
  chosen: ChosenClaims,
  incidents: ReadonlyMap<string, string>,
): { text: string; values: readonly unknown[] } {
  const values = createStatementValues();
  const { conditions } = claimConditions(chosen, readAt, values);
  const dates = by.filter(isDateDimension);
  const certain = dates.map((unit) => `coalesce(c.earliest >= "${unit}".first and c.latest <= "${unit}".last, false)`);
  const firsts = dates.map((unit) => `, "${unit}".first`).join('');
  const lasts = dates.map((unit) => `, "${unit}".last`).join('');
  const names = by.map((dimension) => `"${dimension}"`);
  const window = windowOf(filters);
  const text = fillMarkers(sql.counts, {
    conditions: conditions.join('\n    and '),
    // Whole claims are large: their reports are read only where they are counted by.
    reports: by.includes('publisher') ? `v.data -> 'reports'` : 'null::json',
    subjects: values.add([...incidents.keys()]),
    incidents: values.add([...incidents.values()]),
    from: values.add(window.from),
    to: values.add(window.to),
    'days-a-bin': values.add(daysABin(by) ?? 1),
    'most-bins': values.add(daysABin(by) === null ? Number.POSITIVE_INFINITY : mostBins),
    values: names.map((name) => `${name}.value as ${name}, `).join(''),
    joins: by.map(joinOf).join('\n  '),
    certain: certain.length === 0 ? 'true' : certain.join(' and '),
    overlap: dates.length < 2 ? 'true' : `greatest(c.lo${firsts}) <= least(c.hi${lasts})`,
    'group-by': names.length === 0 ? '' : `group by ${names.map((name) => `${name}.value`).join(', ')}`,
    'order-by': names.length === 0 ? '' : `order by ${names.map((name) => `${name} collate "C"`).join(', ')}`,
    limit: values.add(limit),
    offset: values.add(offset),
  });
  return { text, values: values.values };
}

/** The days within which bins are of interest. */
function windowOf({ from, to, on }: ClaimFilters): { from: string | null; to: string | null } {
  const starts = [from?.first, on?.first].filter((day) => day !== undefined).toSorted();
  const ends = [to?.last, on?.last].filter((day) => day !== undefined).toSorted();
  return { from: starts.at(-1) ?? null, to: ends.at(0) ?? null };
}
