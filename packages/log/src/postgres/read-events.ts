/**
 * Reads the embedded log: batches of one partition, by primary key.
 */
import { isRetryable, readSql } from '@ledgerline/database';
import type pg from 'pg';
import { isUndefinedTable } from '../append/lane-transaction.ts';
import { GENESIS_OFFSET, GENESIS_PARTITION } from '../genesis.ts';
import type { LogBatch, LogRecord, Offsets } from '../port.ts';
import { LogFault } from '../port.ts';

const readEventsSql = { name: 'log-read-events', text: readSql(new URL('./sql/read-events.sql', import.meta.url)) };
const selectEndsSql = { name: 'log-select-ends', text: readSql(new URL('./sql/select-ends.sql', import.meta.url)) };
const selectTruncatedSql = {
  name: 'log-select-truncated',
  text: readSql(new URL('./sql/select-truncated.sql', import.meta.url)),
};

type EventRow = { end: number; offset: number | null; recorded_at: string; subject: string; content: string };

/** Of one batch: the event that goes beyond it is the last. As text and as bytes, so much is held per follower. */
const MAX_BATCH_BYTES = 512 * 1024;

/** What is there of [from, to), at most `maxRecords`. Rejects with `log-unsuitable` where `from` is beyond the end. */
export async function readEvents(
  pool: pg.Pool,
  partition: number,
  from: number,
  to: number,
  maxRecords: number,
): Promise<LogBatch> {
  const values = [partition, from, to, maxRecords, MAX_BATCH_BYTES];
  const { rows } = await pool.query<EventRow>({ ...readEventsSql, values }).catch(rethrow);
  const end = rows[0]?.end;
  if (end === undefined)
    throw new LogFault('log-unsuitable', `the log has no partition ${partition}`, { retryable: false });
  if (from > end) throw beyondEnd(partition, from, end);
  const records = rows.flatMap((row): LogRecord[] => {
    if (row.offset === null) return [];
    const { offset, recorded_at: recordedAt, subject: key, content } = row;
    if (partition === GENESIS_PARTITION && offset === GENESIS_OFFSET) return [];
    return [{ partition, offset, recordedAt, key, value: Buffer.from(content), appended: true }];
  });
  const next = (rows.at(-1)?.offset ?? from - 1) + 1;
  // Written without gaps; deleted by nobody but somebody's hand. Said of empty reads too: what is asked for is there.
  const found = rows[0]?.offset === null ? 0 : rows.length;
  if (next - from !== found || (found === 0 && Math.min(to, end) > from)) throw missing(partition, from, next);
  return { partition, from, next, end, records };
}

export function beyondEnd(partition: number, offset: number, end: number): LogFault {
  const message = `offset ${offset} of partition ${partition} is beyond the log's end, ${end}: the log was truncated or made anew`;
  return new LogFault('log-unsuitable', message, { retryable: false });
}

function missing(partition: number, from: number, next: number): LogFault {
  const message = `records of partition ${partition} between offsets ${from} and ${next} are gone: the log was tampered with`;
  return new LogFault('log-unsuitable', message, { retryable: false });
}

/** Rejects with `log-unsuitable` where a partition has lost its first record. */
export async function refuseTruncated(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ partition: number }>(selectTruncatedSql).catch(rethrow);
  const [cut] = rows;
  if (!cut) return;
  const message = `the log's first records are gone: partition ${cut.partition} has none at offset 0`;
  throw new LogFault('log-unsuitable', message, { retryable: false });
}

/** Rejects with a retryable `LogFault` where the log can't be reached or has not been created. */
export async function selectEnds(pool: pg.Pool): Promise<Offsets> {
  const { rows } = await pool.query<{ end: number }>(selectEndsSql).catch(rethrow);
  return rows.map((row) => row.end);
}

export function rethrow(error: unknown): never {
  if (isUndefinedTable(error)) throw notCreated(error);
  const retryable = isRetryable(error);
  throw new LogFault('log-unavailable', 'the database of the log cannot be reached', { retryable, cause: error });
}

export function notCreated(cause?: unknown): LogFault {
  return new LogFault('log-unavailable', 'the log has not been created yet', { retryable: true, cause });
}
