/**
 * The embedded log: events as rows in PostgreSQL. A lane row, locked to the commit, gives offsets without gaps in commit
 * order, so a reader that has seen an offset has seen all before it.
 */
import { readSql } from '@ledgerline/database';
import type pg from 'pg';
import type { Registry } from 'prom-client';
import { type Appender, createAppender, type WriterOptions } from '../append/appender.ts';
import { migrateLogSchema } from '../append/log-index.ts';
import { createGenesis, genesisContent } from '../genesis.ts';
import type { LogLogger } from '../logger.ts';
import { createLogMetrics } from '../metrics.ts';
import { replaced } from '../open-faults.ts';
import { openLog } from '../open-log.ts';
import type { EventLog, LogBatch, LogDescription } from '../port.ts';
import { LogFault } from '../port.ts';
import { createNotifier } from './notifier.ts';
import { beyondEnd, notCreated, readEvents, refuseTruncated, rethrow, selectEnds } from './read-events.ts';
import { createTail } from './tail.ts';
import { eventWriter } from './write-events.ts';

const createLogSql = readSql(new URL('./sql/create-log.sql', import.meta.url));
const selectLogSql = readSql(new URL('../sql/select-log.sql', import.meta.url));

export type PostgresLogOptions<E, S, R> = {
  /** Of `createPool`; belongs to the caller. Subscriptions open connections of their own beside it. */
  readonly pool: pg.Pool;
  readonly logger: LogLogger;
  readonly registry?: Registry;
  /** Without it the log can only be read. With it, the log is created at its first use if there is none. */
  readonly writer?: WriterOptions<E, S, R> & { readonly partitions: number };
};

/** Creates the log if the database holds none: tables, lanes, genesis. Safe to call from many processes at once. */
export async function preparePostgresLog(pool: pg.Pool, partitions: number): Promise<void> {
  await migrateLogSchema(pool);
  const genesis = createGenesis(partitions);
  await pool.query(createLogSql, [genesis.logId, partitions, genesisContent(genesis)]);
}

/** Opens the log; nothing is connected to or written before the first call. */
export function createPostgresLog<E = unknown, S = unknown, R = unknown>(
  options: PostgresLogOptions<E, S, R>,
): EventLog<E, R> {
  const { pool, logger, registry, writer } = options;
  const metrics = createLogMetrics('postgres', registry);
  const tail = createTail(pool, logger);
  const notifier = createNotifier(pool);
  let prepared: Promise<void> | null = null;
  let described: LogDescription | null = null;

  const prepare = async (): Promise<void> => {
    if (!writer) return;
    prepared ??= preparePostgresLog(pool, writer.partitions).catch((error: unknown) => {
      prepared = null;
      rethrow(error);
    });
    await prepared;
  };

  const identify = async (): Promise<LogDescription> => {
    await prepare();
    const { rows } = await pool
      .query<{ log_id: string; adapter: string; partitions: number }>(selectLogSql)
      .catch(rethrow);
    const row = rows[0];
    if (!row) throw notCreated();
    if (row.adapter !== 'postgres') throw notEmbedded(row.log_id);
    if (described && described.logId !== row.log_id) throw replaced(described.logId, row.log_id);
    described ??= { logId: row.log_id, partitions: row.partitions };
    return described;
  };

  const describe = async (): Promise<LogDescription> => {
    const description = await identify();
    await refuseTruncated(pool);
    return description;
  };

  async function* read(partition: number, from: number, to: number, maxRecords: number): AsyncGenerator<LogBatch> {
    let next = from;
    while (next < to) {
      const batch = await readEvents(pool, partition, next, to, maxRecords);
      if (batch.end < to) throw beyondEnd(partition, to, batch.end);
      yield batch;
      next = batch.next;
    }
  }

  async function* follow(
    partition: number,
    from: number,
    maxRecords: number,
    signal: AbortSignal,
  ): AsyncGenerator<LogBatch> {
    let next = from;
    while (!signal.aborted) {
      const batch = await readEvents(pool, partition, next, Number.MAX_SAFE_INTEGER, maxRecords);
      if (batch.next > next) {
        // After it was read, before anybody acts on it: another log in the same tables is made in no time.
        await identify();
        yield batch;
      } else await tail.grownBeyond(partition, next, signal);
      next = batch.next;
    }
  }

  const ends = async () => {
    await identify();
    return await selectEnds(pool);
  };

  const appender: Appender<E, R> | null = writer
    ? createAppender(
        {
          pool,
          logger,
          metrics,
          writer: eventWriter,
          log: { describe, identify, ends, read },
          onWritten() {
            tail.poke();
            notifier.notify();
          },
        },
        writer,
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
      await describe();
      await open.ready();
    },
    async close() {
      await open.close();
      await tail.close();
      await notifier.close();
    },
  };
}

function notEmbedded(logId: string): LogFault {
  const message = `this database holds the index of Kafka log ${logId}: set KAFKA_BROKERS, or use another database`;
  return new LogFault('log-unsuitable', message, { retryable: false });
}
