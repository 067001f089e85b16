/**
 * The index of the log in PostgreSQL, statement by statement. All within one transaction that begins with `lockLanes`:
 * whoever holds a lane is the only one to write to its partition or to index it.
 */
import { readSql } from '@ledgerline/database';
import type { ClientBase } from 'pg';
import { LogFault } from '../port.ts';
import type { EventId, IndexView, Receipt } from './index-view.ts';
import type { Lane, WrittenBatch } from './lane-writer.ts';
import type { Place } from './pending-call.ts';

const statement = (name: string) => ({
  name: `log-${name}`,
  text: readSql(new URL(`../sql/${name}.sql`, import.meta.url)),
});
const lockLanesSql = statement('lock-lanes');
const lookUpSql = statement('look-up');
const reserveReceiptsSql = statement('reserve-receipts');
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

/**
 * Locks the lanes for the rest of the transaction. A process that hangs with the lanes in its hands loses them when
 * PostgreSQL ends its idle transaction: what it writes afterwards is void.
 */
export async function lockLanes(
  client: ClientBase,
  logId: string,
  partitions: readonly number[],
  timeouts: { readonly lockMs: number; readonly idleMs: number },
): Promise<readonly Lane[]> {
  await client.query(
    `set local lock_timeout = ${timeouts.lockMs}; set local idle_in_transaction_session_timeout = ${timeouts.idleMs}`,
  );
  const { rows } = await client.query<LaneRow>({ ...lockLanesSql, values: [partitions] }).catch((error: unknown) => {
    throw isUndefinedTable(error) ? new IndexMissing('no such table', { cause: error }) : error;
  });
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

/** False where an id was taken meanwhile by a round of other partitions: then nothing here holds, roll back. */
export async function reserveReceipts(
  client: ClientBase,
  receipts: readonly (EventId & Place & { readonly hash: string })[],
): Promise<boolean> {
  if (receipts.length === 0) return true;
  const values = [
    receipts.map(({ source }) => source),
    receipts.map(({ id }) => id),
    receipts.map(({ partition }) => partition),
    receipts.map(({ offset }) => offset),
    receipts.map(({ hash }) => hash),
  ];
  const { rowCount } = await client.query({ ...reserveReceiptsSql, values });
  return rowCount === receipts.length;
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
