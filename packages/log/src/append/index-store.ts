/**
 * The index of the log in PostgreSQL, statement by statement. All within one transaction of `withLanes`: whoever holds a
 * lane is the only one to write to its partition or to index it.
 */
import { readSql, withTransaction } from '@ledgerline/database';
import type { ClientBase, Pool, PoolClient } from 'pg';
import { LogFault } from '../port.ts';
import type { EventId, IndexView, Receipt } from './index-view.ts';
import type { Lane, WrittenBatch } from './lane-writer.ts';
import type { Place } from './pending-call.ts';

const statement = (name: string) => ({
  name: `log-${name}`,
  text: readSql(new URL(`../sql/${name}.sql`, import.meta.url)),
});
const lockLanesSql = readSql(new URL('../sql/lock-lanes.sql', import.meta.url));
const lookUpSql = statement('look-up');
const reserveReceiptsSql = statement('reserve-receipts');
const reserveNewSql = statement('reserve-new');
const recordRoundSql = statement('record-round');

type LaneRow = {
  partition: number;
  indexed_to: number;
  written_to: number;
  last_recorded_at: string | null;
  log_id: string | null;
};

/** The index was dropped, or not made yet: to be made again, then tried again. */
export class IndexMissing extends Error {}

export type LaneLock = {
  readonly logId: string;
  readonly partitions: readonly number[];
  readonly synchronousCommit: 'on' | 'off';
  readonly lockMs: number;
  readonly idleMs: number;
};

/**
 * A transaction that holds the lanes. A process that hangs with the lanes in its hands loses them when PostgreSQL ends
 * its idle transaction: what it writes afterwards is void.
 *
 * Begin, settings and lock are one round trip instead of three, for which the lock goes without parameters.
 */
export async function withLanes<T>(
  pool: Pool,
  { logId, partitions, synchronousCommit, lockMs, idleMs }: LaneLock,
  work: (client: PoolClient, lanes: readonly Lane[]) => Promise<T>,
): Promise<T> {
  const timeouts = `set local lock_timeout = ${lockMs}; set local idle_in_transaction_session_timeout = ${idleMs}`;
  const opening = `${timeouts}; ${lockLanesSql.replace('$1', `'{${partitions.join()}}'`)}`;
  let opened = false;
  try {
    return await withTransaction(
      pool,
      async (client, rows) => {
        opened = true;
        return await work(client, toLanes(rows as LaneRow[], partitions, logId));
      },
      { synchronousCommit, opening },
    );
  } catch (error) {
    throw !opened && isUndefinedTable(error) ? new IndexMissing('no such table', { cause: error }) : error;
  }
}

function toLanes(rows: readonly LaneRow[], partitions: readonly number[], logId: string): Lane[] {
  const found = rows[0]?.log_id;
  if (rows.length !== partitions.length || found === null || found === undefined) throw new IndexMissing();
  if (found !== logId) throw foreignIndex(found, logId);
  return rows.map((row) => ({
    partition: row.partition,
    indexedTo: row.indexed_to,
    writtenTo: row.written_to,
    lastRecordedAt: row.last_recorded_at,
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

type LookUpRow =
  | { kind: 'receipt'; name: string; id: string; partition: number; offset: number; hash: string; recorded_at: string }
  | { kind: 'subject'; name: string; state: unknown };

/** Loads what the index knows of these ids and subjects into the view. */
export async function lookUp<S>(
  client: ClientBase,
  view: IndexView<S>,
  ids: readonly EventId[],
  subjects: readonly string[],
): Promise<void> {
  const values = [ids.map(({ source }) => source), ids.map(({ id }) => id), subjects];
  const { rows } = await client.query<LookUpRow>({ ...lookUpSql, values });
  const receipts: (EventId & Receipt)[] = [];
  const states: [string, S][] = [];
  for (const row of rows) {
    if (row.kind === 'subject') states.push([row.name, row.state as S]);
    else receipts.push({ ...row, source: row.name, recordedAt: row.recorded_at });
  }
  view.load(receipts, states);
}

export type Reservation = EventId & Place & { readonly hash: string };

/** False where an id was taken meanwhile by a round of other partitions: then nothing here holds, roll back. */
export async function reserveReceipts(client: ClientBase, receipts: readonly Reservation[]): Promise<boolean> {
  if (receipts.length === 0) return true;
  const { rowCount } = await client.query({ ...reserveReceiptsSql, values: columnsOf(receipts) });
  return rowCount === receipts.length;
}

/**
 * Reserves ids that nobody has looked up, and loads the states of the subjects, in one round trip. False where one of
 * them is known or comes twice: then nothing here holds, roll back.
 */
export async function reserveNew<S>(
  client: ClientBase,
  view: IndexView<S>,
  receipts: readonly Reservation[],
  subjects: readonly string[],
): Promise<boolean> {
  const values = [...columnsOf(receipts), subjects];
  const { rows } = await client.query<{ reserved: number | null; subject: string; state: unknown }>({
    ...reserveNewSql,
    values,
  });
  const states: [string, S][] = [];
  let reserved = 0;
  for (const row of rows) {
    if (row.reserved === null) states.push([row.subject, row.state as S]);
    else reserved = row.reserved;
  }
  view.load([], states);
  return reserved === receipts.length;
}

function columnsOf(receipts: readonly Reservation[]): unknown[][] {
  return [
    receipts.map(({ source }) => source),
    receipts.map(({ id }) => id),
    receipts.map(({ partition }) => partition),
    receipts.map(({ offset }) => offset),
    receipts.map(({ hash }) => hash),
  ];
}

export type LaneProgress = {
  readonly partition: number;
  readonly indexedTo: number;
  readonly recordedAt: string | null;
};

/** `embedded`: the lanes are also the log's ends. */
export async function recordRound<S>(
  client: ClientBase,
  changes: {
    readonly states: Iterable<readonly [string, S]>;
    readonly batches: readonly WrittenBatch[];
    readonly lanes: readonly LaneProgress[];
    readonly embedded: boolean;
  },
): Promise<void> {
  const states = [...changes.states];
  const { batches, lanes, embedded } = changes;
  const values = [
    states.map(([subject]) => subject),
    states.map(([, state]) => JSON.stringify(state)),
    batches.map(({ partition }) => partition),
    batches.map(({ offset }) => offset),
    batches.map(({ recordedAt }) => recordedAt),
    lanes.map(({ partition }) => partition),
    lanes.map(({ indexedTo }) => indexedTo),
    lanes.map(({ indexedTo }) => (embedded ? indexedTo : 0)),
    lanes.map(({ recordedAt }) => recordedAt),
  ];
  await client.query({ ...recordRoundSql, values });
}
