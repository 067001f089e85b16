/**
 * The log as it stands where it is kept, read by nothing of ours: the topic by a consumer of its own, with the rule for
 * void records of docs/reference/topic.md; the embedded log by SQL.
 */
import { createPool } from '@ledgerline/database';
import { type Connection, type EventJson, quietLogger } from '@ledgerline/testkit';
import { Kafka, logLevel } from 'kafkajs';
import type { LogItem } from '../recomputation/fold/log.ts';
import type { ChaosSystem } from './chaos-system.ts';
import type { Place } from './sent-events.ts';

export type LogRecord = Place & {
  readonly recordedAt: string;
  readonly key: string | null;
  readonly event: EventJson;
};

export type RawLog = {
  readonly logId: string;
  readonly partitions: number;
  /** What counts, in order of partitions and offsets. */
  readonly records: readonly LogRecord[];
  /** Records in the topic that do not count. */
  readonly voids: number;
};

/** The next offset of each partition. */
export function endsOf({ partitions, records }: RawLog): number[] {
  const ends = Array.from({ length: partitions }, () => 0);
  for (const { partition, offset } of records) ends[partition] = offset + 1;
  return ends;
}

/** The log in its merged order, as GET /v1/events is to give it. */
export function toItems({ logId, partitions, records }: RawLog): LogItem[] {
  const passed = Array.from({ length: partitions }, () => 0);
  return records.toSorted(inMergedOrder).map(({ event, partition, offset, recordedAt }) => {
    passed[partition] = offset + 1;
    const position = Buffer.from(JSON.stringify([1, logId, passed])).toString('base64url');
    return { event: event as unknown as LogItem['event'], partition, offset, recordedAt, position };
  });
}

function inMergedOrder(a: LogRecord, b: LogRecord): number {
  if (a.recordedAt !== b.recordedAt) return a.recordedAt < b.recordedAt ? -1 : 1;
  return a.partition - b.partition || a.offset - b.offset;
}

const READ_TIMEOUT_MS = 60_000;
const GENESIS = 'ledgerline.log-created.v1';

export async function readRawLog(system: ChaosSystem): Promise<RawLog> {
  return system.broker === null
    ? await readEmbeddedLog(system.postgres.connection)
    : toRawLog(await readTopic(system.broker));
}

export async function readEmbeddedLog(connection: Connection): Promise<RawLog> {
  return toRawLog(await readTables(connection));
}

function toRawLog(found: Found): RawLog {
  const sorted = found.records.toSorted((a, b) => a.partition - b.partition || a.offset - b.offset);
  const [genesis] = sorted;
  if (genesis?.event.type !== GENESIS) throw new Error('the log does not begin with its genesis');
  return { ...found, logId: genesis.event.id, records: withRisingTimes(sorted.slice(1)) };
}

type Found = { readonly partitions: number; readonly records: LogRecord[]; readonly voids: number };

async function readTopic({ direct, topic }: NonNullable<ChaosSystem['broker']>): Promise<Found> {
  const kafka = new Kafka({ brokers: [...direct], clientId: 'chaos-checker', logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const left = new Map(offsets.flatMap(({ partition, high }) => (Number(high) > 0 ? [[partition, Number(high)]] : [])));
  const records: LogRecord[] = [];
  let voids = 0;
  const { promise: whole, resolve } = Promise.withResolvers<void>();
  const consumer = kafka.consumer({ groupId: `chaos-checker-${Date.now()}`, allowAutoTopicCreation: false });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachBatch: async ({ batch: { partition, messages }, resolveOffset }) => {
      for (const message of messages) {
        const offset = Number(message.offset);
        const promised = message.headers?.['ledgerline-offset'];
        if (promised !== undefined && promised.toString() !== message.offset) voids += 1;
        else records.push(toRecord(partition, offset, message));
        resolveOffset(message.offset);
        if (offset + 1 >= (left.get(partition) ?? 0)) left.delete(partition);
      }
      if (left.size === 0) resolve();
    },
  });
  const late = setTimeout(resolve, READ_TIMEOUT_MS);
  await whole;
  clearTimeout(late);
  await consumer.disconnect();
  if (left.size > 0) throw new Error(`the topic could not be read to its end: ${JSON.stringify([...left])}`);
  return { partitions: offsets.length, records, voids };
}

type Message = { readonly key: Buffer | null; readonly value: Buffer | null; readonly timestamp: string };

function toRecord(partition: number, offset: number, { key, value, timestamp }: Message): LogRecord {
  const event = JSON.parse(value?.toString() ?? 'null') as EventJson;
  return {
    partition,
    offset,
    recordedAt: new Date(Number(timestamp)).toISOString(),
    key: key?.toString() ?? null,
    event,
  };
}

async function readTables(connection: Connection): Promise<Found> {
  const pool = createPool({ connection, applicationName: 'chaos checker' }, quietLogger);
  const { rows } = await pool.query<{
    partition: number;
    offset: number;
    recorded_at: string;
    subject: string;
    content: string;
  }>('select partition, "offset", recorded_at, subject, content from log.events');
  const lanes = await pool.query('select from log.lanes');
  await pool.end();
  const records = rows.map(({ partition, offset, recorded_at, subject, content }) => {
    const recordedAt = new Date(recorded_at).toISOString();
    return { partition, offset, recordedAt, key: subject, event: JSON.parse(content) as EventJson };
  });
  return { partitions: lanes.rowCount ?? 0, records, voids: 0 };
}

/** Times never fall within a partition, even if the broker's clock did. */
function withRisingTimes(records: readonly LogRecord[]): LogRecord[] {
  const last = new Map<number, string>();
  return records.map((record) => {
    const before = last.get(record.partition) ?? '';
    const recordedAt = record.recordedAt < before ? before : record.recordedAt;
    last.set(record.partition, recordedAt);
    return { ...record, recordedAt };
  });
}
