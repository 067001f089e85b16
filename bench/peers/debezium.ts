/**
 * Debezium's JDBC sink on a Kafka Connect worker, tuned as figures of it are best: upserts in batches, four tasks. It takes
 * rows, not events, so it gets the timeline's rows ready-made in a topic of their own, and their four other indexes are built
 * when all are there. Where it can't be had, it is said aloud and left out.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, startPostgres } from '@ledgerline/testkit';
import pg from 'pg';
import { benchConfig } from '../config.ts';
import {
  type BenchColumnKind,
  benchColumns,
  createBenchIndexes,
  createBenchKey,
  createBenchTable,
} from '../limits/version-rows.ts';
import type { Sample } from '../report.ts';
import { type Rig, until } from '../rig.ts';
import { connectJars, debeziumVersion } from './connect-jars.ts';

const batchSize = 2_000;
const tasks = 4;
/** As that of the rig, which listens on a socket alone: Java's driver knows none. */
const durable = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };
const startedWithinMs = 120_000;
const writtenWithinMs = 600_000;

export type Sink = {
  /** All rows of the topic into an empty table, and then its indexes. @param events that they are of */
  measure(topic: string, rows: number, events: number): Promise<Sample>;
  stop(): Promise<void>;
};

/** null where it can't be had. */
export async function startDebezium(rig: Rig): Promise<Sink | null> {
  let jars: Awaited<ReturnType<typeof connectJars>>;
  try {
    jars = await connectJars();
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    console.error(`\n### NOT MEASURED: Debezium's JDBC sink, which needs a JDK, Maven and its jars (${reason}) ###\n`);
    return null;
  }
  const teardowns: (() => void | Promise<void>)[] = [];
  const t = { teardown: (work: () => void | Promise<void>) => void teardowns.push(work) };
  const postgres = await startPostgres(t, { settings: durable, transport: 'tcp' });
  const folder = await mkdtemp(join(tmpdir(), 'bench-connect-'));
  const [port = 0] = await freePorts(1);
  const properties = join(folder, 'worker.properties');
  await writeFile(properties, toProperties(workerSettings(rig, jars.plugins, folder, port)));
  const main = 'org.apache.kafka.connect.cli.ConnectStandalone';
  const child = spawn('java', ['-Xmx1g', '-cp', `${jars.worker}/*`, main, properties], {
    env: { PATH: benchConfig.path },
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  const url = `http://127.0.0.1:${port}/connectors`;
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
    await rm(folder, { recursive: true, force: true });
    for (const work of teardowns.toReversed()) await work();
  };
  try {
    await until(async () => (await fetch(url).catch(() => null))?.ok === true, startedWithinMs, 'Kafka Connect');
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    measure: async (topic, rows, events) => await measure(url, postgres.url, topic, rows, events),
    stop,
  };
}

async function measure(url: string, database: string, topic: string, rows: number, events: number): Promise<Sample> {
  const client = new pg.Client({ connectionString: database });
  // A server that ends with the run is no fault of its own.
  client.on('error', () => undefined);
  await client.connect();
  await client.query(createBenchTable);
  await client.query(createBenchKey);
  await client.query('checkpoint');
  const name = `sink-${topic}-${Date.now()}`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, config: sinkSettings(database, topic) }),
  });
  if (!response.ok) throw new Error(`the sink was refused: ${await response.text()}`);
  const first = { rows: 0, at: 0 };
  await until(
    async () => {
      const result = await client.query<{ count: string }>('select count(*) from bench.versions');
      const count = Number(result.rows[0]?.count);
      // Its clock runs from the first rows on: joining the group is no part of it.
      if (first.rows === 0) Object.assign(first, { rows: count, at: performance.now() });
      if (count === 0) await refuseFailed(`${url}/${name}`);
      return count >= rows;
    },
    writtenWithinMs,
    'the sink',
  );
  const loaded = performance.now();
  for (const index of createBenchIndexes) await client.query(index);
  const loadMs = ((loaded - first.at) * rows) / (rows - first.rows);
  const indexMs = performance.now() - loaded;
  await fetch(`${url}/${name}`, { method: 'DELETE' });
  await client.end();
  return {
    name: `Debezium JDBC sink ${debeziumVersion}, rows ready-made`,
    eventsPerSecond: (events * 1_000) / (loadMs + indexMs),
    note: `${(loadMs / 1_000).toFixed(1)} s of upserts, ${(indexMs / 1_000).toFixed(1)} s of indexes`,
  };
}

async function refuseFailed(url: string): Promise<void> {
  const status = (await (await fetch(`${url}/status`)).json()) as { tasks?: { state: string; trace?: string }[] };
  const failed = status.tasks?.find(({ state }) => state === 'FAILED');
  if (failed !== undefined) throw new Error(`the sink failed: ${failed.trace?.slice(0, 2_000)}`);
}

function workerSettings(rig: Rig, plugins: string, folder: string, port: number): Record<string, string> {
  return {
    'bootstrap.servers': rig.brokers,
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': 'true',
    'value.converter.schema.content': JSON.stringify(rowSchema),
    'offset.storage.file.filename': join(folder, 'offsets'),
    'plugin.path': plugins,
    'plugin.discovery': 'hybrid_warn',
    'connector.client.config.override.policy': 'All',
    listeners: `http://127.0.0.1:${port}`,
    'offset.flush.interval.ms': '5000',
  };
}

function sinkSettings(database: string, topic: string): Record<string, string> {
  const { hostname, port, pathname, username, password } = new URL(database);
  return {
    'connector.class': 'io.debezium.connector.jdbc.JdbcSinkConnector',
    'tasks.max': String(tasks),
    topics: topic,
    'connection.url': `jdbc:postgresql://${hostname}:${port}${pathname}?reWriteBatchedInserts=true`,
    'connection.username': decodeURIComponent(username),
    'connection.password': decodeURIComponent(password),
    'insert.mode': 'upsert',
    'primary.key.mode': 'record_value',
    'primary.key.fields': 'subject,version',
    'schema.evolution': 'none',
    'collection.name.format': 'bench.versions',
    'batch.size': String(batchSize),
    'consumer.override.auto.offset.reset': 'earliest',
    'consumer.override.max.poll.records': String(batchSize),
    'consumer.override.max.partition.fetch.bytes': String(4 << 20),
  };
}

const connectTypes: Readonly<Record<BenchColumnKind, object>> = {
  text: { type: 'string' },
  number: { type: 'int64' },
  day: { type: 'int32', name: 'io.debezium.time.Date', version: 1 },
  instant: { type: 'string', name: 'io.debezium.time.ZonedTimestamp', version: 1 },
  words: { type: 'array', items: { type: 'string', optional: false } },
  json: { type: 'string', name: 'io.debezium.data.Json', version: 1 },
};

const rowSchema = {
  type: 'struct',
  optional: false,
  fields: benchColumns.map(([field, kind]) => ({ field, optional: true, ...connectTypes[kind] })),
};

function toProperties(settings: Record<string, string>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
