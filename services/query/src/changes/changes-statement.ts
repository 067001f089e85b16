/**
 * The statement for changes of claims in log order, put together from fixed fragments. A filter looks at the claim as it
 * was before and as it was after: what leaves a filtered list is as much a change of it as what comes in.
 */
import { readSql } from '@ledgerline/database';
import type { Amended, Offsets } from '@ledgerline/log';
import type { EventKey } from '../events/events-statement.ts';
import type { EventFilters } from '../filters/claim-filters.ts';
import { filterConditions } from '../filters/filter-conditions.ts';
import type { ListFilter } from '../filters/list-parameter.ts';
import { type Languages, searchConditions } from '../filters/search-conditions.ts';
import { parseSearch } from '../filters/search-query.ts';
import { createStatementValues, fillMarkers, type StatementValues } from '../filters/statement-values.ts';
import type { DateMatch, KnownBy } from '../reading/clock-parameters.ts';
import type { LastRecorded } from '../reading/last-recorded.ts';
import { type KnownDay, knownDayOf, knownStatus } from '../timeline/visibility.ts';

export type ChangesSpec = {
  readonly filters: EventFilters;
  readonly dateMatch: DateMatch | undefined;
  /** The range: from `after` on, up to but not including `until`. */
  readonly after: Offsets;
  readonly until: Offsets;
  /** Where to go on within the range, beyond this event; null: at its beginning, forwards. */
  readonly from: { readonly direction: 'next' | 'prev'; readonly key: EventKey } | null;
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

/** So many are looked at one by one, as in the steps of a stream. */
const FEW_EVENTS = 1_000;

const sql = readSql(new URL('./sql/changes-page.sql', import.meta.url));

export type ChangesRead = {
  readonly knownBy: KnownBy | null;
  readonly languages: Languages;
  /** Of the range's end. */
  readonly lastRecorded: LastRecorded;
};

export function changesStatement(
  { knownBy, languages, lastRecorded }: ChangesRead,
  { filters, dateMatch, after, until, from, limit }: ChangesSpec,
): { text: string; values: readonly unknown[] } {
  const values = createStatementValues();
  const known = knownDayOf(knownBy, values);
  const backwards = from?.direction === 'prev';
  const conditions = conditionsOf(filters, dateMatch, values, languages);
  if (from !== null) {
    const [time, partition, offset] = from.key;
    const key = `(${values.add(time)}::timestamptz, ${values.add(partition)}::int, ${values.add(offset)}::bigint)`;
    conditions.push(`(e.recorded_at, e.partition, e."offset") ${backwards ? '<' : '>'} ${key}`);
  }
  if (lastRecorded !== null) conditions.push(`e.recorded_at <= ${values.add(lastRecorded)}::timestamptz`);
  const range = { after: values.add(after), until: values.add(until) };
  const events = until.reduce((sum, offset, partition) => sum + offset - (after[partition] ?? 0), 0);
  const text = fillMarkers(sql, {
    events: events <= FEW_EVENTS ? eventsByKey(range) : 'journal.events',
    ...range,
    'known-version': known === null ? 'true' : knownVersion(known),
    'known-status': known === null ? 'true' : knownStatus(known),
    conditions: conditions.length > 0 ? conditions.join('\n  and ') : 'true',
    order: backwards
      ? 'e.recorded_at desc, e.partition desc, e."offset" desc'
      : 'e.recorded_at, e.partition, e."offset"',
    limit: `${values.add(limit)}::int`,
  });
  return { text, values: values.values };
}

/**
 * The events of the range by their keys. `offset 0` has PostgreSQL take these first: it does not see how few they are, and
 * would gather all claims with a filter's values.
 */
function eventsByKey({ after, until }: { readonly after: string; readonly until: string }): string {
  return `(
  select j.*
  from unnest(${after}::bigint[], ${until}::bigint[]) with ordinality as r (next_offset, end_offset, number)
  cross join lateral (
    select j.*
    from journal.events j
    where j.partition = r.number - 1 and j."offset" >= r.next_offset and j."offset" < r.end_offset
    offset 0
  ) j
)`;
}

/** A retraction has no date of publication: it applies to whatever was known. */
function knownVersion({ column, day }: KnownDay): string {
  return `(w.${column} <= ${day} or (w.change = 'retracted' and exists (
    select from timeline.versions k where k.subject = w.subject and k.version < w.version and k.${column} <= ${day})))`;
}

function conditionsOf(
  filters: EventFilters,
  dateMatch: DateMatch | undefined,
  values: StatementValues,
  languages: Languages,
): string[] {
  const { type, source, subject, state, q, ...ofTheClaim } = filters;
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
  const versions = [
    ...filterConditions(ofTheClaim, values, { dateMatch, sourceColumn: 'v.event_source' }),
    ...searchConditions(parseSearch(q ?? ''), values, languages).conditions,
  ].join('\n      and ');
  if (versions === '') return conditions;
  // The first says the same of any version: it lets a rare value be found by the indexes of the timeline.
  return [
    ...conditions,
    `e.subject in (select v.subject from timeline.versions v where ${versions})`,
    `exists (
    select from timeline.versions v
    where v.subject = e.subject and v.version in (b.version, a.version)
      and ${versions})`,
  ];
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
