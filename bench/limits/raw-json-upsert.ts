/**
 * The limit for a projector: batches of 500 events handed to PostgreSQL as one raw JSON parameter, taken apart there and
 * upserted into a timeline table with four indexes, the offset in the same transaction, four connections side by side.
 * Nothing is decoded, validated, versioned or parked. See docs/benchmarks.md for how it was chosen.
 * Environment: KAFKA_BROKERS, TOPIC, DATABASE_URL, EVENTS (records to expect). Prints "ready", at the end a JSON line { events, seconds }.
 */
import { Kafka, type KafkaMessage, logLevel } from 'kafkajs';
import pg from 'pg';
import { limitConfig } from '../config.ts';

const { brokers, topic, databaseUrl, records: total } = limitConfig;
const batchSize = 500;
const connections = 4;

const pool = new pg.Pool({ connectionString: databaseUrl, max: connections });
await pool.query(`
  drop schema if exists bench cascade;
  create schema bench;
  create table bench.timeline (event_id text primary key, kind text, occurred date, country text, title text not null, doc jsonb not null);
  create index on bench.timeline (occurred, event_id);
  create index on bench.timeline (kind, occurred);
  create index on bench.timeline using gin (to_tsvector('english', title));
  create table bench.offsets (part int primary key, next bigint not null);
`);

const upsert = `
  insert into bench.timeline
  select e->>'id', e->>'type', left(e#>>'{data,occurred,edtf}', 10)::date, e#>>'{data,places,0,countries,0}',
         coalesce(e#>>'{data,title}', e#>>'{data,corrected,title}', e->>'type'), e
  from jsonb_array_elements($1::jsonb) e
  on conflict (event_id) do update set kind = excluded.kind, occurred = excluded.occurred, country = excluded.country,
    title = excluded.title, doc = excluded.doc`;

async function write(partition: number, messages: KafkaMessage[]): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query({ name: 'upsert', text: upsert, values: [`[${messages.map((m) => m.value).join()}]`] });
    const next = BigInt(messages.at(-1)?.offset ?? 0) + 1n;
    await client.query({
      name: 'offset',
      text: 'insert into bench.offsets values ($1, $2) on conflict (part) do update set next = excluded.next',
      values: [partition, next.toString()],
    });
    await client.query('commit');
  } finally {
    client.release();
  }
}

const consumer = new Kafka({
  clientId: 'limit',
  brokers,
  logLevel: logLevel.NOTHING,
}).consumer({
  groupId: `limit-${process.pid}-${Date.now()}`,
  maxWaitTimeInMs: 50,
  maxBytesPerPartition: 4 << 20,
  maxBytes: 16 << 20,
});
await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
console.log('ready');

const pending = new Map<number, KafkaMessage[]>();
let done = 0;
let startedAt = 0;
await new Promise<void>((resolve, reject) => {
  consumer
    .run({
      autoCommit: false,
      partitionsConsumedConcurrently: connections,
      eachBatch: async ({ batch, heartbeat }) => {
        try {
          startedAt ||= performance.now();
          const queue = (pending.get(batch.partition) ?? []).concat(batch.messages);
          const atEnd = BigInt(batch.lastOffset()) + 1n >= BigInt(batch.highWatermark);
          let at = 0;
          while (queue.length - at >= batchSize || (atEnd && at < queue.length)) {
            const part = queue.slice(at, at + batchSize);
            at += part.length;
            await write(batch.partition, part);
            done += part.length;
          }
          pending.set(batch.partition, queue.slice(at));
          await heartbeat();
          if (done >= total) resolve();
        } catch (error) {
          reject(error);
        }
      },
    })
    .catch(reject);
});
console.log(JSON.stringify({ events: done, seconds: (performance.now() - startedAt) / 1000 }));
process.exit(0);
