/**
 * Rows of the timeline for whoever does no more than write them: one a claim made of each event, by the view's own row maker,
 * and the table with the view's five indexes. A correction is a row like a report, and ends none.
 */
import { claimOf, decodeEvent } from '@ledgerline/events';
import type { LogRecord } from '@ledgerline/log';
import { contentOf } from '../../services/projector-timeline/src/version-row.ts';

/** What PostgreSQL makes of a column's value. */
export type BenchColumnKind = 'text' | 'number' | 'day' | 'instant' | 'words' | 'json';

/** Without those that stay empty, and without the one that PostgreSQL makes. */
export const benchColumns = [
  ['subject', 'text'],
  ['version', 'number'],
  ['partition', 'number'],
  ['from_offset', 'number'],
  ['change', 'text'],
  ['state', 'text'],
  ['kind', 'text'],
  ['type', 'text'],
  ['title', 'text'],
  ['earliest', 'day'],
  ['latest', 'day'],
  ['occurred_sort', 'day'],
  ['published_earliest', 'day'],
  ['published_latest', 'day'],
  ['first_recorded_at', 'instant'],
  ['recorded_at', 'instant'],
  ['event_source', 'text'],
  ['event_id', 'text'],
  ['terms', 'words'],
  ['search_text', 'text'],
  ['occurred', 'json'],
  ['published', 'json'],
  ['figures', 'json'],
  ['data', 'json'],
] as const satisfies readonly (readonly [string, BenchColumnKind])[];

type BenchColumn = (typeof benchColumns)[number];
type Value = {
  text: string | null;
  number: number;
  day: string | null;
  instant: string;
  words: readonly string[];
  json: string;
};
export type BenchRow = { readonly [Column in BenchColumn as Column[0]]: Value[Column[1]] };

/** null for what is no claim: links and changes of status. */
export function toBenchRow(record: LogRecord): BenchRow | null {
  const recorded = JSON.parse(record.value.toString('utf8')) as { data?: Record<string, unknown>; type: string };
  const decoded = decodeEvent(recorded, true);
  if (!decoded.ok) return null;
  const { event } = decoded;
  const claim = claimOf(event);
  if (claim === null) return null;
  const content = contentOf(claim, recorded.type, recorded.data);
  const { partition, offset, recordedAt } = record;
  const { earliest, latest } = content;
  return {
    subject: event.subject,
    version: offset,
    partition,
    from_offset: offset,
    change: 'added',
    state: 'current',
    kind: claim.kind,
    type: recorded.type,
    title: content.title,
    earliest,
    latest,
    occurred_sort: content.occurred_sort,
    published_earliest: earliest,
    published_latest: latest,
    first_recorded_at: recordedAt,
    recorded_at: recordedAt,
    event_source: event.source,
    event_id: event.id,
    terms: content.terms,
    search_text: content.searched,
    occurred: JSON.stringify(content.occurred),
    published: JSON.stringify({ earliest, latest }),
    figures: JSON.stringify(content.figures),
    data: JSON.stringify(content.data),
  };
}

export const createBenchTable = `
  drop schema if exists bench cascade;
  create schema bench;
  create table bench.versions (
    subject text collate "C" not null, version bigint not null, partition integer not null, from_offset bigint not null,
    to_offset bigint, change text not null, reason text, note text, state text not null, kind text not null,
    type text not null, title text not null, earliest date, latest date, occurred_sort date, published_earliest date,
    published_latest date, first_recorded_at timestamptz not null, recorded_at timestamptz not null,
    event_source text collate "C" not null, event_id text collate "C" not null, terms text[] collate "C" not null,
    search_text text, occurred json not null, published json not null, figures json not null, data json,
    search tsvector generated always as (to_tsvector('english'::regconfig, search_text)) stored)`;

/** An upsert needs it from the beginning. */
export const createBenchKey = 'create unique index on bench.versions (subject, version)';

export const createBenchIndexes = [
  'create index on bench.versions (occurred_sort, subject)',
  'create index on bench.versions (first_recorded_at, subject)',
  'create index on bench.versions using gin (terms)',
  'create index on bench.versions using gin (search)',
];
