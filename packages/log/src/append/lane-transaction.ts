/**
 * A transaction with lanes in its hands, in two round trips: begin, lock the lanes and (where ids are taken to be new) reserve
 * them; then record and commit. Whoever holds a lane is the only one to write to its partition or to index it. A process that
 * hangs with lanes in its hands loses them when PostgreSQL ends its idle transaction: what it writes afterwards is void.
 */
import {
  inOneTrip,
  readSql,
  type TripResult,
  type TripStatement,
  toArrayLiteral,
  withOwnTransaction,
} from '@ledgerline/database';
import type { Pool, PoolClient } from 'pg';
import { LogFault } from '../port.ts';
import { type Changes, recordStatement } from './index-store.ts';
import type { Lane } from './lane-writer.ts';

const begin: TripStatement = { name: 'log-begin', text: 'begin isolation level read committed', values: [] };
const commit: TripStatement = { name: 'log-commit', text: 'commit', values: [] };
const setLimits = 'log-set-limits';
const setLimitsSql = readSql(new URL('../sql/set-limits.sql', import.meta.url));
const lockLanes = 'log-lock-lanes';
const lockLanesSql = readSql(new URL('../sql/lock-lanes.sql', import.meta.url));

/** The index was dropped, or not made yet: to be made again, then tried again. */
export class IndexMissing extends Error {}

export type Limits = {
  readonly synchronousCommit: 'on' | 'off';
  readonly lockMs: number;
  readonly idleMs: number;
};

export type LaneLock = Limits & { readonly logId: string; readonly partitions: readonly number[] };

export type Worked<T> =
  | { readonly result: T; readonly changes: Changes | null }
  /** Whoever is given the connection has the lanes with it: it records, commits and gives it back. */
  | { readonly result: T; readonly keep: (client: PoolClient) => void };

/**
 * @param afterLock goes with the lock in one round trip, and sees what those who held the lanes before have committed; its
 * result is given to `work`
 * @param work decides, and writes the log; what it gives as changes is recorded and committed, where it does not keep the lanes
 */
export async function withLanes<T>(
  pool: Pool,
  { logId, partitions, synchronousCommit, lockMs, idleMs }: LaneLock,
  afterLock: TripStatement | null,
  work: (client: PoolClient, lanes: readonly Lane[], result: TripResult | undefined) => Promise<Worked<T>>,
): Promise<T> {
  const lock = { name: lockLanes, text: lockLanesSql, values: [toArrayLiteral(partitions)] };
  const opening = [begin, limitsOf({ synchronousCommit, lockMs, idleMs }), lock];
  let opened = false;
  try {
    return await withOwnTransaction(pool, async (client, passOn) => {
      const results = await inOneTrip(client, afterLock === null ? opening : [...opening, afterLock]);
      opened = true;
      const lanes = toLanes(results[2]?.rows ?? [], partitions, logId);
      const worked = await work(client, lanes, results[3]);
      if ('keep' in worked) {
        passOn();
        worked.keep(client);
      } else {
        await inOneTrip(client, closingOf(worked.changes));
      }
      return worked.result;
    });
  } catch (error) {
    throw !opened && isUndefinedTable(error) ? new IndexMissing('no such table', { cause: error }) : error;
  }
}

/** Of each statement's wait for a lock, and of what lies between two trips. */
export function limitsOf({ synchronousCommit, lockMs, idleMs }: Limits): TripStatement {
  return { name: setLimits, text: setLimitsSql, values: [synchronousCommit, `${lockMs}`, `${idleMs}`] };
}

/** Records what has changed, and commits. */
export function closingOf(changes: Changes | null): TripStatement[] {
  return changes === null ? [commit] : [recordStatement(changes), commit];
}

/** Columns of lock-lanes.sql. */
function toLanes(rows: TripResult['rows'], partitions: readonly number[], logId: string): Lane[] {
  const found = rows[0]?.[4] ?? null;
  if (rows.length !== partitions.length || found === null) throw new IndexMissing();
  if (found !== logId) throw foreignIndex(found, logId);
  return rows.map(([partition, indexedTo, writtenTo, lastRecordedAt]) => ({
    partition: Number(partition),
    indexedTo: Number(indexedTo),
    writtenTo: Number(writtenTo),
    lastRecordedAt: lastRecordedAt ?? null,
  }));
}

const UNDEFINED_TABLE = '42P01';

export function isUndefinedTable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === UNDEFINED_TABLE;
}

/** The database belongs to another log: mixing their indexes would lose events silently. */
export function foreignIndex(found: string, expected: string): LogFault {
  const message = `this database holds the index of log ${found}, not of ${expected}: use that log, or another database`;
  return new LogFault('log-unsuitable', message, { retryable: false });
}
