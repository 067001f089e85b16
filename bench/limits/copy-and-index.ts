/**
 * The limit for a rebuild of the timeline: the topic read and parsed, a row a claim made of each event by the view's own
 * row maker, `COPY` into a table without secondary indexes over four connections, the view's indexes built afterwards.
 * Nothing is folded, checked, linked, parked or checkpointed: a correction is a row like a report, and ends none.
 * Environment: KAFKA_BROKERS, TOPIC, DATABASE_URL. Prints, at the end, a JSON line { events, seconds }.
 */
import { once } from 'node:events';
import { createKafkaLog } from '@ledgerline/log';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { limitConfig } from '../config.ts';
import { quietLogger } from '../rig.ts';
import {
  type BenchRow,
  benchColumns,
  createBenchIndexes,
  createBenchKey,
  createBenchTable,
  toBenchRow,
} from './version-rows.ts';

const { brokers, topic, databaseUrl } = limitConfig;
const connections = 4;
const pool = new pg.Pool({ connectionString: databaseUrl, max: connections + 1 });
await pool.query(createBenchTable);
const columns = benchColumns.map(([name]) => name);

const special = /[\\\t\n\r]/g;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const cell = (value: string | number | null) =>
  value === null ? '\\N' : String(value).replaceAll(special, (found) => escapes[found] ?? found);

function lineOf(row: BenchRow): string {
  const terms = `{${row.terms.map((term) => `"${term.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
  return columns.map((column) => (column === 'terms' ? cell(terms) : cell(row[column]))).join('\t');
}

const kafka = { brokers, topic, clientId: 'limit', ssl: false };
const log = createKafkaLog({ kafka, pool, logger: quietLogger });
const startedAt = performance.now();
const ends = await log.ends();
let events = 0;

async function copyPartition(partition: number): Promise<void> {
  const client = await pool.connect();
  const stream = client.query(copyFrom(`copy bench.versions (${columns.join()}) from stdin`));
  for await (const { records } of log.read(partition, 0, ends[partition] ?? 0, 2_000)) {
    const lines = records.flatMap((record) => toBenchRow(record) ?? []).map(lineOf);
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
for (const index of [createBenchKey, ...createBenchIndexes]) await pool.query(index);
console.log(JSON.stringify({ events, seconds: (performance.now() - startedAt) / 1_000 }));
process.exit(0);
