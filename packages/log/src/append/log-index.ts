/**
 * The index's life: made at the first use, found to belong to this log, brought up to the log's end, made again when it
 * was dropped. One attempt at a time; whoever needs the index waits for it.
 */
import { migrate, readSql } from '@ledgerline/database';
import type pg from 'pg';
import type { LogLogger } from '../logger.ts';
import type { LogDescription, Offsets } from '../port.ts';
import { type Indexing, indexPartition } from './index-log.ts';
import { foreignIndex } from './lane-transaction.ts';
import { RoundConflict } from './round-conflict.ts';

const insertLog = readSql(new URL('../sql/insert-log.sql', import.meta.url));
const selectLog = readSql(new URL('../sql/select-log.sql', import.meta.url));
const forget = readSql(new URL('../sql/forget-index.sql', import.meta.url));
const migrations = new URL('../sql/migrations/', import.meta.url);

/** Partitions indexed side by side. */
const PARALLEL = 2;
/** Below this a catch-up is part of everyday life. */
const NOTEWORTHY_RECORDS = 1_000;

/** Tables of the index (schema `log`), and of the embedded log. */
export async function migrateLogSchema(pool: pg.Pool): Promise<void> {
  await migrate(pool, { schema: 'log', folder: migrations });
}

/** Drops what the index knows, to be derived again from the log before the next append. For repair, while nothing writes. */
export async function forgetIndex(pool: pg.Pool): Promise<void> {
  await pool.query(forget);
}

export type LogIndex = {
  /** The log's id once its index is complete. Rejects with `LogFault`; the next call tries again. */
  ready(): Promise<string>;
  /** Indexes these partitions up to the log's end now. */
  catchUp(partitions: readonly number[]): Promise<void>;
  invalidate(): void;
};

export type IndexedLog = {
  readonly adapter: 'postgres' | 'kafka';
  /** Looks again: rejects with `log-unsuitable` where it is no longer the log that it was. */
  identify(): Promise<LogDescription>;
  ends(): Promise<Offsets>;
};

export function createLogIndex<E, S, R>(indexing: Indexing<E, S, R>, log: IndexedLog, logger: LogLogger): LogIndex {
  let ready: Promise<string> | null = null;

  const prepare = async (): Promise<string> => {
    await migrateLogSchema(indexing.pool);
    const { logId, partitions } = await log.identify();
    if (log.adapter === 'kafka') await indexing.pool.query(insertLog, [logId, partitions]);
    const { rows } = await indexing.pool.query<{ log_id: string; adapter: string; partitions: number }>(selectLog);
    const found = rows[0];
    if (found?.log_id !== logId || found.adapter !== log.adapter) throw foreignIndex(found?.log_id ?? 'none', logId);
    await index(
      logId,
      Array.from({ length: partitions }, (_, partition) => partition),
    );
    return logId;
  };

  const index = async (logId: string, partitions: readonly number[]): Promise<void> => {
    const ends = await log.ends();
    const started = performance.now();
    const queue = [...partitions];
    const work = async () => {
      for (let partition = queue.shift(); partition !== undefined; partition = queue.shift()) {
        await indexOne(logId, partition, ends[partition] ?? 0);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    const seconds = (performance.now() - started) / 1_000;
    if (seconds > 1) logger.info({ partitions: partitions.length, seconds }, 'the index of the log has caught up');
  };

  const indexOne = async (logId: string, partition: number, end: number): Promise<void> => {
    try {
      await indexPartition(indexing, logId, partition, end, (records) => {
        if (records > NOTEWORTHY_RECORDS) logger.info({ partition, records }, 'indexing the log');
      });
    } catch (error) {
      if (!(error instanceof RoundConflict)) throw error;
      // Another process wrote an id that we were about to index: what it did is there to be seen now.
      await indexPartition(indexing, logId, partition, end);
    }
  };

  return {
    async ready() {
      ready ??= prepare().catch((error: unknown) => {
        ready = null;
        throw error;
      });
      return await ready;
    },
    async catchUp(partitions) {
      await index((await log.identify()).logId, partitions);
    },
    invalidate() {
      ready = null;
    },
  };
}
