/** The statement for events of a range in log order, put together from fixed fragments. */
import { readSql } from '@ledgerline/database';
import type { Offsets } from '@ledgerline/log';
import type { ViewName } from '@ledgerline/projection';
import type { EventFilters } from '../filters/claim-filters.ts';
import { toConditions } from '../filters/filter-conditions.ts';
import { eventStateTests, filterTests } from '../filters/filter-tests.ts';
import { type Languages, searchConditions } from '../filters/search-conditions.ts';
import { parseSearch } from '../filters/search-query.ts';
import { createStatementValues, fillMarkers, type StatementValues } from '../filters/statement-values.ts';
import type { DateMatch, KnownBy } from '../reading/clock-parameters.ts';
import type { LastRecorded } from '../reading/last-recorded.ts';
import { knownDayOf, knownStatus } from '../timeline/visibility.ts';

/** A place between two events in the merged order. */
export type EventKey = readonly [exactTime: string, partition: number, offset: number];

export type EventsSpec = {
  readonly filters: EventFilters;
  readonly dateMatch: DateMatch | undefined;
  readonly knownBy: KnownBy | null;
  /** For `q`: what to look in besides English. */
  readonly languages: Languages;
  /** The range: from `after` on, up to but not including `until`. */
  readonly after: Offsets;
  readonly until: Offsets;
  readonly from: { readonly direction: 'next' | 'prev'; readonly key: EventKey } | null;
  /** Of `until`. */
  readonly lastRecorded: LastRecorded;
  /** Rows at most. */
  readonly limit: number;
};

export type EventRow = {
  readonly partition: number;
  readonly offset: number;
  readonly recorded_at: string;
  /** JSON text as recorded. */
  readonly event: string;
  readonly exact_time: string;
};

const sql = readSql(new URL('../sql/events-page.sql', import.meta.url));

export function eventsStatement(spec: EventsSpec): { text: string; values: readonly unknown[] } {
  const values = createStatementValues();
  const backwards = spec.from?.direction === 'prev';
  const conditions = eventConditions(spec, values);
  if (spec.from !== null) {
    const [time, partition, offset] = spec.from.key;
    const key = `(${values.add(time)}::timestamptz, ${values.add(partition)}::int, ${values.add(offset)}::bigint)`;
    conditions.push(`(v.recorded_at, v.partition, v."offset") ${backwards ? '<' : '>'} ${key}`);
  }
  if (spec.lastRecorded !== null) conditions.push(`v.recorded_at <= ${values.add(spec.lastRecorded)}::timestamptz`);
  const text = fillMarkers(sql, {
    after: values.add(spec.after),
    until: values.add(spec.until),
    conditions: conditions.length > 0 ? conditions.join('\n  and ') : 'true',
    order: backwards
      ? 'v.recorded_at desc, v.partition desc, v."offset" desc'
      : 'v.recorded_at, v.partition, v."offset"',
    limit: `${values.add(spec.limit)}::int`,
  });
  return { text, values: values.values };
}

/** All filters as conditions on `journal.events v`. */
export function eventConditions(
  { filters, dateMatch, knownBy, languages }: Pick<EventsSpec, 'filters' | 'dateMatch' | 'knownBy' | 'languages'>,
  values: StatementValues,
): string[] {
  const tests = [...filterTests(filters, dateMatch), ...eventStateTests(filters.state)];
  return [
    ...toConditions(tests, values, 'v.source'),
    ...textConditions(filters.q, values, languages),
    ...knownConditions(knownBy, values),
  ];
}

/** The views that the statement reads: words, and what a correction was published by, are looked up in the timeline. */
export function viewsOfEvents({
  q,
  knownBy,
}: {
  readonly q?: string | undefined;
  readonly knownBy?: unknown;
}): readonly ViewName[] {
  return knownBy === undefined && parseSearch(q ?? '') === null ? ['journal'] : ['journal', 'timeline'];
}

/**
 * What an event says was published by the day: by the version or change of status it made, or (it made none) by its own
 * reports. Links and retractions have no date of publication: they always apply.
 */
export function knownConditions(knownBy: KnownBy | null, values: StatementValues): string[] {
  const known = knownDayOf(knownBy, values);
  if (known === null) return [];
  const { day, column } = known;
  return [
    `case
      when v.type like 'measure.status-changed.%' then coalesce((
        select ${knownStatus(known)} from timeline.status_changes s
        where s.subject = v.subject and s.partition = v.partition and s."offset" = v."offset"), true)
      when v.kind is null then true
      else coalesce((
        select coalesce(w.${column} <= ${day}, false) from timeline.versions w
        where w.subject = v.subject and w.partition = v.partition and w.from_offset = v."offset" limit 1),
        v.${column} <= ${day}, false)
    end`,
  ];
}

/**
 * The journal has no index of words: 50 µs an event, which would nearly halve its projector's speed. The version of a
 * claim that an event made has its text, and is found by the event's subject and offset, or the other way round by the
 * index of words. Events that make no claim have no text; nor has one without effect (a foreign second report).
 */
function textConditions(q: string | undefined, values: StatementValues, languages: Languages): string[] {
  const { conditions } = searchConditions(parseSearch(q ?? ''), values, languages, 'w');
  if (conditions.length === 0) return [];
  return [
    `(v.subject, v.partition, v."offset") in (
      select w.subject, w.partition, w.from_offset from timeline.versions w
      where w.change <> 'retracted' and ${conditions.join(' and ')})`,
  ];
}

export function keyOf(row: EventRow): EventKey {
  return [row.exact_time, row.partition, row.offset];
}
