/**
 * The statement for changes of claims in log order, put together from fixed fragments. A filter looks at the claim as it
 * was before and as it was after: what leaves a filtered list is as much a change of it as what comes in.
 */
import { readSql } from '@ledgerline/database';
import type { Amended } from '@ledgerline/log';
import type { EventFilters } from '../filters/claim-filters.ts';
import { filterConditions } from '../filters/filter-conditions.ts';
import type { ListFilter } from '../filters/list-parameter.ts';
import { type Languages, searchConditions } from '../filters/search-conditions.ts';
import { parseSearch } from '../filters/search-query.ts';
import { createStatementValues, fillMarkers, type StatementValues } from '../filters/statement-values.ts';
import type { DateMatch, KnownBy } from '../reading/clock-parameters.ts';
import type { LastRecorded } from '../reading/last-recorded.ts';
import { type KnownDay, knownDayOf, knownStatus } from '../timeline/visibility.ts';
import {
  type Candidates,
  type ClaimFilter,
  claimsOfTypes,
  claimsWith,
  directionOf,
  type EventRange,
  eventsOf,
  keysIn,
  orderOf,
  type Way,
  type Ways,
} from './ways-to-events.ts';

export type ChangesSpec = EventRange & {
  readonly filters: EventFilters;
  readonly dateMatch: DateMatch | undefined;
  /** Changes at most. */
  readonly limit: number;
  /** Of a stream: what it has told apart from events. */
  readonly amended?: Amended;
};

export type ChangeRow = {
  readonly partition: number;
  readonly offset: number;
  readonly recorded_at: string;
  readonly exact_time: string;
  readonly subject: string;
  readonly event_source: string;
  readonly event_id: string;
  readonly change: 'added' | 'corrected' | 'retracted' | 'linked' | 'unlinked' | 'status-changed';
  readonly reason: string | null;
  readonly note: string | null;
  readonly relation: string | null;
  readonly target: string | null;
  readonly status: string | null;
  readonly on_days: { readonly edtf: string; readonly earliest: string | null; readonly latest: string | null } | null;
  /** Versions of the claim; null: it was not there, or not known. */
  readonly before: number | null;
  readonly after: number;
  /** Of a link: the version of the other end, before and after alike; null: it was not there, or not known. */
  readonly other: number | null;
  /** What the claim said may not be shown any more. */
  readonly withheld: boolean;
  /** The same of a link's other end. */
  readonly other_withheld: boolean;
};

const sql = readSql(new URL('./sql/changes-page.sql', import.meta.url));

export type ChangesRead = {
  readonly knownBy: KnownBy | null;
  readonly languages: Languages;
  /** Of the range's end. */
  readonly lastRecorded: LastRecorded;
  readonly way: Way;
};

export function changesStatement(
  { knownBy, languages, lastRecorded, way }: ChangesRead,
  { filters, dateMatch, after, until, from, limit }: ChangesSpec,
): { text: string; values: readonly unknown[] } {
  const values = createStatementValues();
  const known = knownDayOf(knownBy, values);
  const versions = versionConditions(filters, dateMatch, values, languages);
  const range = { after: values.add(after), until: values.add(until) };
  const keys = keysIn(range, from, lastRecorded, values);
  const ways: Ways = {
    range,
    keys,
    order: directionOf(from),
    candidates: typeof way === 'string' ? null : candidatesBy(way.by, filters, values, () => versions),
  };
  const conditions = conditionsOf(filters, versions, values);
  const text = fillMarkers(sql, {
    events: eventsOf(way, ways, values),
    ...range,
    'known-version': known === null ? 'true' : knownVersion(known),
    'known-status': known === null ? 'true' : knownStatus(known),
    conditions: conditions.length > 0 ? conditions.join('\n  and ') : 'true',
    order: orderOf('e', ways.order),
    limit: `${values.add(limit)}::int`,
  });
  return { text, values: values.values };
}

/** The claims that this filter leaves, some more than once; null: it is not there. */
export function claimsStatement(
  by: ClaimFilter,
  { filters, dateMatch }: Pick<ChangesSpec, 'filters' | 'dateMatch'>,
  languages: Languages,
): { text: string; values: readonly unknown[] } | null {
  const values = createStatementValues();
  const candidates = candidatesBy(by, filters, values, () => versionConditions(filters, dateMatch, values, languages));
  return candidates === null ? null : { text: candidates.claims, values: values.values };
}

/** @param versions asked for where they are wanted: PostgreSQL refuses values that a statement does not use */
function candidatesBy(
  by: ClaimFilter,
  { type }: EventFilters,
  values: StatementValues,
  versions: () => string,
): Candidates | null {
  if (by === 'types') return type === undefined || type.negated ? null : claimsOfTypes(type.values, values);
  const condition = versions();
  return condition === '' ? null : claimsWith(condition);
}

/** A retraction has no date of publication: it applies to whatever was known. */
function knownVersion({ column, day }: KnownDay): string {
  return `(w.${column} <= ${day} or (w.change = 'retracted' and exists (
    select from timeline.versions k where k.subject = w.subject and k.version < w.version and k.${column} <= ${day})))`;
}

function conditionsOf(
  { type, source, subject, state }: EventFilters,
  versions: string,
  values: StatementValues,
): string[] {
  const conditions: string[] = [];
  const list = (filter: ListFilter | undefined, columns: readonly string[]) => {
    if (filter === undefined) return;
    const wanted = `${values.add(filter.values)}::text[]`;
    const found = columns.map((column) => `${column} = any (${wanted})`).join(' or ');
    conditions.push(filter.negated ? `not (${found})` : `(${found})`);
  };
  list(source, ['e.source']);
  // Of the event, or of the claim as on the timeline: that of its first event.
  list(type, ['e.type', 'a.type']);
  if (state === 'current' || state === 'retracted') conditions.push(`a.state = '${state}'`);
  if (subject?.negated) list(subject, ['e.subject']);
  else if (subject !== undefined) conditions.push(...ofSubjects(`${values.add(subject.values)}::text[]`));
  if (versions === '') return conditions;
  return [
    ...conditions,
    `exists (
    select from timeline.versions v
    where v.subject = e.subject and v.version in (b.version, a.version)
      and ${versions})`,
  ];
}

function versionConditions(
  { type: _type, source: _source, subject: _subject, state: _state, q, ...ofTheClaim }: EventFilters,
  dateMatch: DateMatch | undefined,
  values: StatementValues,
  languages: Languages,
): string {
  return [
    ...filterConditions(ofTheClaim, values, { dateMatch, sourceColumn: 'v.event_source' }),
    ...searchConditions(parseSearch(q ?? ''), values, languages).conditions,
  ].join('\n      and ');
}

/** Changes of these claims, and links that others have made to them. */
function ofSubjects(wanted: string): string[] {
  return [
    `e.subject in (
      select unnest(${wanted})
      union all
      select f.subject from timeline.relation_facts f where f.origin = 'link' and f.target = any (${wanted}))`,
    `(e.subject = any (${wanted}) or (c.target = any (${wanted}) and o.version is not null))`,
  ];
}
