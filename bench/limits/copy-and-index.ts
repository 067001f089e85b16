/**
 * The limit for a rebuild of the timeline: the topic read and parsed, a row a claim made of each event by the view's own
 * row maker, `COPY` into a table without secondary indexes over four connections, the view's indexes built afterwards.
 * Nothing is folded, checked, linked, parked or checkpointed: a correction is a row like a report, and ends none.
 * Environment: KAFKA_BROKERS, TOPIC, DATABASE_URL. Prints, at the end, a JSON line { events, seconds }.
 */
import { once } from 'node:events';
import { claimOf, decodeEvent } from '@ledgerline/events';
import { createKafkaLog, type LogRecord } from '@ledgerline/log';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { contentOf } from '../../services/projector-timeline/src/version-row.ts';
import { limitConfig } from '../config.ts';
import { quietLogger } from '../rig.ts';

const { brokers, topic, databaseUrl } = limitConfig;
const connections = 4;
const pool = new pg.Pool({ connectionString: databaseUrl, max: connections + 1 });
await pool.query(`
  drop schema if exists bench cascade;
  create schema bench;
  create table bench.versions (
    subject text collate "C" not null, version bigint not null, partition integer not null, from_offset bigint not null,
    to_offset bigint, change text not null, reason text, note text, state text not null, kind text not null,
    type text not null, title text not null, earliest date, latest date, occurred_sort date, published_earliest date,
    published_latest date, first_recorded_at timestamptz not null, recorded_at timestamptz not null,
    event_source text collate "C" not null, event_id text collate "C" not null, terms text[] collate "C" not null,
    search_text text, occurred json not null, published json not null, figures json not null, data json,
    search tsvector generated always as (to_tsvector('english'::regconfig, search_text)) stored);
`);
const columns = `subject, version, partition, from_offset, to_offset, change, reason, note, state, kind, type, title,
  earliest, latest, occurred_sort, published_earliest, published_latest, first_recorded_at, recorded_at, event_source,
  event_id, terms, search_text, occurred, published, figures, data`;

const special = /[\\\t\n\r]/g;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const cell = (value: string | number | null) =>
  value === null ? '\\N' : String(value).replaceAll(special, (found) => escapes[found] ?? found);

function lineOf(record: LogRecord): string | null {
  const recorded = JSON.parse(record.value.toString('utf8')) as { data?: Record<string, unknown>; type: string };
  const decoded = decodeEvent(recorded, true);
  if (!decoded.ok) return null;
  const { event } = decoded;
  const claim = claimOf(event);
  if (claim === null) return null;
  const content = contentOf(claim, recorded.type, recorded.data);
  const { partition, offset, recordedAt } = record;
  const terms = `{${content.terms.map((term) => `"${term.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
  const published = JSON.stringify({ earliest: content.earliest, latest: content.latest });
  return [
    event.subject,
    offset,
    partition,
    offset,
    null,
    'added',
    null,
    null,
    'current',
    claim.kind,
    recorded.type,
    content.title,
    content.earliest,
    content.latest,
    content.occurred_sort,
    content.earliest,
    content.latest,
    recordedAt,
    recordedAt,
    event.source,
    event.id,
    terms,
    content.search_text,
    JSON.stringify(content.occurred),
    published,
    JSON.stringify(content.figures),
    JSON.stringify(content.data),
  ]
    .map(cell)
    .join('\t');
}

const kafka = { brokers, topic, clientId: 'limit', ssl: false };
const log = createKafkaLog({ kafka, pool, logger: quietLogger });
const startedAt = performance.now();
const ends = await log.ends();
let events = 0;

async function copyPartition(partition: number): Promise<void> {
  const client = await pool.connect();
  const stream = client.query(copyFrom(`copy bench.versions (${columns}) from stdin`));
  for await (const { records } of log.read(partition, 0, ends[partition] ?? 0, 2_000)) {
    const lines = records.flatMap((record) => lineOf(record) ?? []);
    events += records.length;
    if (lines.length > 0 && !stream.write(`${lines.join('\n')}\n`)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
  client.release();
}

const waiting = ends.map((_, partition) => partition);
await Promise.all(
  Array.from({ length: connections }, async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await copyPartition(next);
  }),
);
for (const index of [
  'create unique index on bench.versions (subject, version)',
  'create index on bench.versions (occurred_sort, subject)',
  'create index on bench.versions (first_recorded_at, subject)',
  'create index on bench.versions using gin (terms)',
  'create index on bench.versions using gin (search)',
]) {
  await pool.query(index);
}
console.log(JSON.stringify({ events, seconds: (performance.now() - startedAt) / 1_000 }));
process.exit(0);
