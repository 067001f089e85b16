/**
 * Ways to the events of a range that may be changes, as sources of rows `e` for the statement of changes: in the order of the
 * log, so that a page ends where it is full.
 */
import type { Offsets } from '@ledgerline/log';
import type { EventKey } from '../events/events-statement.ts';
import { createStatementValues, type StatementValues } from '../filters/statement-values.ts';
import { exactTimeOf } from '../reading/exact-time.ts';
import type { LastRecorded } from '../reading/last-recorded.ts';

export type EventRange = {
  /** The range: from `after` on, up to but not including `until`. */
  readonly after: Offsets;
  readonly until: Offsets;
  /** Where to go on within the range, beyond this event; null: at its beginning, forwards. */
  readonly from: { readonly direction: 'next' | 'prev'; readonly key: EventKey } | null;
};

/** So many are looked at one by one, as in the steps of a stream. */
export const FEW_EVENTS = 1_000;

/** To the events that may be changes. */
export type Way =
  /** Each by its key, where they are few. */
  | 'keys'
  /** All of the range, in order. */
  | 'range'
  /** In order, those of claims that a filter leaves, up to but not including this event; null: to the end of the range. */
  | { readonly by: ClaimFilter; readonly walkedTo: EventKey | null }
  /** Those of the claims that a filter leaves. */
  | { readonly by: ClaimFilter; readonly gathered: true };

/** What any version of a claim says, or the types of its events. */
export type ClaimFilter = 'versions' | 'types';

/** Of the log, between two positions. */
export function eventsIn({ after, until }: Pick<EventRange, 'after' | 'until'>): number {
  return until.reduce((sum, offset, partition) => sum + offset - (after[partition] ?? 0), 0);
}

/** The event of the range behind the first so many; from the index alone. */
export function eventBeyondStatement(
  { after, until, from }: EventRange,
  lastRecorded: LastRecorded,
  first: number,
): { text: string; values: readonly unknown[] } {
  const values = createStatementValues();
  const range = { after: values.add(after), until: values.add(until) };
  const keys = keysIn(range, from, lastRecorded, values);
  const text = `select ${exactTimeOf('j.recorded_at')} as exact_time, j.partition, j."offset"
from journal.events j
where ${keys}
order by ${orderOf('j', directionOf(from))}
offset ${values.add(first)}::bigint
limit 1`;
  return { text, values: values.values };
}

export type Ways = {
  readonly range: { readonly after: string; readonly until: string };
  /** Conditions on the keys of events, `j`. */
  readonly keys: string;
  readonly order: '' | ' desc';
  /** Where the way is by a filter. */
  readonly candidates: Candidates | null;
};

/** The claims that a filter leaves. */
export type Candidates = {
  /** Their subjects, from the indexes. */
  readonly claims: string;
  /** Whether an event `j` is of one of them. */
  readonly has: string;
};

/** @param condition on a version `v`: claims of which any version meets it */
export const claimsWith = (condition: string): Candidates => ({
  claims: `select v.subject from timeline.versions v where ${condition}`,
  has: `exists (select from timeline.versions v where v.subject = j.subject and ${condition} offset 0)`,
});

/** Claims that are of one of these types, or have an event of one. */
export function claimsOfTypes(types: readonly string[], values: StatementValues): Candidates {
  const terms = `${values.add(types.map((type) => `type:${type}`))}::text[]`;
  const { claims, has } = claimsWith(`v.terms && ${terms}`);
  return {
    claims: `${claims} union all select j.subject from journal.events j where j.terms && ${terms}`,
    has: `(j.terms && ${terms} or ${has})`,
  };
}

export const directionOf = (from: EventRange['from']): Ways['order'] => (from?.direction === 'prev' ? ' desc' : '');

export const orderOf = (table: string, direction: Ways['order']): string =>
  ['recorded_at', 'partition', '"offset"'].map((column) => `${table}.${column}${direction}`).join(', ');

function compared(sign: '<' | '>', [time, partition, offset]: EventKey, values: StatementValues): string {
  const key = `(${values.add(time)}::timestamptz, ${values.add(partition)}::int, ${values.add(offset)}::bigint)`;
  return `(j.recorded_at, j.partition, j."offset") ${sign} ${key}`;
}

/** That an event `j` lies in the range, and behind what was given before. */
export function keysIn(
  { after, until }: Ways['range'],
  from: EventRange['from'],
  lastRecorded: LastRecorded,
  values: StatementValues,
): string {
  const keys = [
    `j."offset" >= (${after}::bigint[])[j.partition + 1]`,
    `j."offset" < (${until}::bigint[])[j.partition + 1]`,
    `j.recorded_at >= (
      select min(first.recorded_at)
      from unnest(${after}::bigint[]) with ordinality as r (next_offset, number)
      cross join lateral (
        select i.recorded_at
        from journal.events i
        where i.partition = r.number - 1 and i."offset" >= r.next_offset
        order by i."offset"
        limit 1
      ) first
    )`,
  ];
  if (from !== null) keys.push(compared(from.direction === 'prev' ? '<' : '>', from.key, values));
  if (lastRecorded !== null) keys.push(`j.recorded_at <= ${values.add(lastRecorded)}::timestamptz`);
  return keys.join('\n    and ');
}

export function eventsOf(way: Way, ways: Ways, values: StatementValues): string {
  const { keys, order, candidates } = ways;
  if (way === 'keys') return eventsByKey(ways);
  if (way === 'range' || candidates === null) return eventsWith(keys);
  if ('gathered' in way) return eventsOfClaims(ways, candidates);
  const bound = way.walkedTo === null ? [] : [compared(order === '' ? '<' : '>', way.walkedTo, values)];
  // The claim is looked up before what happened to it.
  return eventsWith([keys, ...bound, candidates.has].join('\n    and '));
}

function eventsWith(conditions: string): string {
  return `(
  select j.*
  from journal.events j
  where ${conditions}
)`;
}

/**
 * The events of the range by their keys. `offset 0` has PostgreSQL take these first: it does not see how few they are, and
 * would gather all claims with a filter's values.
 */
function eventsByKey({ range: { after, until }, keys }: Ways): string {
  return `(
  select j.*
  from unnest(${after}::bigint[], ${until}::bigint[]) with ordinality as r (next_offset, end_offset, number)
  cross join lateral (
    select j.*
    from journal.events j
    where j.partition = r.number - 1 and j."offset" >= r.next_offset and j."offset" < r.end_offset
    offset 0
  ) j
  where ${keys}
)`;
}

/** The events of claims that are left. In order before they are looked at: a page takes the first of them. */
function eventsOfClaims({ keys, order }: Ways, { claims }: Candidates): string {
  return `(
  select k.recorded_at, k.partition, k."offset", j.subject, j.source, j.id, j.type, j.event
  from (
    select j.recorded_at, j.partition, j."offset"
    from (select distinct c.subject from (${claims}) c) claims
    cross join lateral (
      select j.recorded_at, j.partition, j."offset"
      from journal.events j
      where j.subject = claims.subject
        and ${keys}
      offset 0
    ) j
    order by ${orderOf('j', order)}
  ) k
  cross join lateral (
    select j.subject, j.source, j.id, j.type, j.event
    from journal.events j
    where j.partition = k.partition and j."offset" = k."offset"
    offset 0
  ) j
)`;
}
