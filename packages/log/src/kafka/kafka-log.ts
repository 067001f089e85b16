/**
 * The log in Apache Kafka: a topic whose records count only where their writer was sure to put them
 * (docs/decisions/0003). Receipts and subject states are an index of it in PostgreSQL; partitions are owned by locks there.
 */
import type pg from 'pg';
import type { Registry } from 'prom-client';
import { type Appender, createAppender, type WriterOptions } from '../append/appender.ts';
import type { Follow } from '../group/follow.ts';
import type { LogLogger } from '../logger.ts';
import { createLogMetrics } from '../metrics.ts';
import { replaced } from '../open-faults.ts';
import { openLog } from '../open-log.ts';
import type { EventLog, LogBatch, LogDescription } from '../port.ts';
import { createBatchWriter } from './batch-writer.ts';
import { createKafkaConnection, type KafkaConnection } from './connection.ts';
import { createFetchShares } from './fetch-shares.ts';
import { followPartition, readRange } from './read-partition.ts';
import { createKafkaClient, type KafkaSettings } from './settings.ts';
import { inspectTopic, readGenesis } from './topic.ts';

/** How long a topic's settings are taken to be what they were. */
const INSPECTION_INTERVAL_MS = 10_000;

export type KafkaLogOptions<E, S, R> = {
  readonly kafka: KafkaSettings;
  /** Of `createPool`; belongs to the caller. Holds the index of a log that is written to, and the groups' locks. */
  readonly pool: pg.Pool;
  readonly logger: LogLogger;
  readonly registry?: Registry;
  /** Without it the log can only be read, and creates nothing anywhere. The topic is made by `ensureTopic` alone. */
  readonly writer?: WriterOptions<E, S, R>;
};

/** Opens the log; nothing is connected to or written before the first call. */
export function createKafkaLog<E = unknown, S = unknown, R = unknown>(
  options: KafkaLogOptions<E, S, R>,
): EventLog<E, R> {
  const { kafka: settings, pool, logger, registry } = options;
  const metrics = createLogMetrics('kafka', registry);
  const kafka = createKafkaClient(settings, logger);
  const connection = createKafkaConnection(kafka, settings.topic);
  const shares = createFetchShares();
  const closing = new Set<Promise<void>>();
  let described: LogDescription | null = null;
  let inspectedAt = 0;

  const inspect = async (): Promise<LogDescription> => {
    const found = await inspectTopic(kafka, connection, settings.topic);
    if (described && described.logId !== found.logId) throw replaced(described.logId, found.logId);
    described ??= { logId: found.logId, partitions: found.partitions };
    inspectedAt = Date.now();
    return described;
  };

  /** Looks each time, before reading anew and before what was read is applied: offsets mean nothing in another log. */
  const identify = async (asked: KafkaConnection): Promise<LogDescription> => {
    if (!described) return await inspect();
    const { genesis } = await readGenesis(asked);
    if (genesis.logId !== described.logId) throw replaced(described.logId, genesis.logId);
    return described;
  };

  const describe = async (): Promise<LogDescription> => await identify(connection);

  const read: EventLog['read'] = (partition, from, to, maxRecords) =>
    readRange(connection, metrics, { partition, from, to, maxRecords });

  /** A connection of its own: a broker answers one connection's fetches one after the other, and these wait for news. */
  const follow: Follow = async function* (partition, from, maxRecords, signal): AsyncGenerator<LogBatch> {
    const own = createKafkaConnection(kafka, settings.topic);
    const { maxBytes, leave } = shares.join();
    try {
      await identify(own);
      yield* followPartition(own, metrics, { partition, from, maxRecords, maxBytes }, signal);
    } finally {
      leave();
      const closed = own.close();
      closing.add(closed);
      void closed.finally(() => closing.delete(closed));
    }
  };

  const ends = async () => await connection.ends();
  const writer = options.writer ? createBatchWriter(kafka, settings.topic, connection, metrics) : null;
  const appender: Appender<E, R> | null =
    options.writer && writer
      ? createAppender(
          {
            pool,
            logger,
            metrics,
            writer,
            log: { describe, identify: describe, ends, read },
          },
          options.writer,
        )
      : null;

  const open = openLog(appender, { pool, follow, describe, logger });
  return {
    append: open.append,
    rehearse: open.rehearse,
    subscribe: open.subscribe,
    read,
    ends,
    describe,
    async ping() {
      if (!described || Date.now() - inspectedAt > INSPECTION_INTERVAL_MS) await inspect();
      else await describe();
      await open.ready();
    },
    async close() {
      await open.close();
      await writer?.close();
      await connection.close();
      await Promise.all(closing);
    },
  };
}
