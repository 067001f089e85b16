/**
 * What an operator asked to become of a parked record, in one transaction under the partition's epoch: it is tried again,
 * or given up, and those of its subject that wait behind it are applied in order as far as they can be. Trouble of the
 * database rolls all of it back: the request stays and is taken up again.
 */
import { readSql, withTransaction } from '@ledgerline/database';
import type { LogRecord } from '@ledgerline/log';
import type { ClientBase } from 'pg';
import { freezeLimit, setAside, type Target } from './apply-chunk.ts';
import { applyIsolating } from './apply-isolating.ts';
import { holdCheckpoint } from './checkpoint.ts';
import { decodeRecord } from './decode-record.ts';
import { type ParkedRecord, type ParkReason, toMessage } from './parked.ts';
import type { Ignored } from './view.ts';
import { createViewTransaction } from './view-transaction.ts';

export type Settled = {
  readonly id: number;
  readonly action: 'retry' | 'discard';
  /** Applied now: the record itself, and of those behind it. */
  readonly applied: number;
  readonly ignored: Ignored;
  /** Those that failed again, with the reason they have now. */
  readonly failed: readonly ParkedRecord[];
  /** In the partition after it. */
  readonly parked: number;
};

type Requested = {
  readonly id: number;
  readonly requested: Settled['action'];
  readonly subject: string | null;
  readonly reason: ParkReason;
  readonly is_first: boolean;
};
type Row = {
  readonly offset: number;
  readonly recorded_at: string;
  readonly value: Buffer;
  readonly appended: boolean;
};

const sql = {
  next: readSql(new URL('./sql/next-parked-request.sql', import.meta.url)),
  chain: readSql(new URL('./sql/read-parked-chain.sql', import.meta.url)),
  discard: readSql(new URL('./sql/discard-parked.sql', import.meta.url)),
  settle: readSql(new URL('./sql/settle-parked.sql', import.meta.url)),
};

/** Of one subject in one transaction: its record may be a megabyte. What is left has a request of its own then. */
const maxRows = 100;

/** Settles the partition's first request; null where there is none. Rejects with FencedError, or the database's own. */
export async function settleNextRequest(
  target: Target,
  owned: { readonly partition: number; readonly epoch: number },
): Promise<Settled | null> {
  const { pool, generation } = target;
  const { view, generation: number } = generation;
  const settle = async (client: ClientBase): Promise<Settled | null> => {
    await holdCheckpoint(client, generation, owned);
    const found = await client.query<Requested>(sql.next, [view, number, owned.partition]);
    const [request] = found.rows;
    if (request === undefined) return null;
    if (request.requested === 'discard') await client.query(sql.discard, [request.id]);
    const rows = await readChain(client, target, owned.partition, request);
    return { id: request.id, action: request.requested, ...(await applyRows(client, target, owned.partition, rows)) };
  };
  return await withTransaction(pool, settle, { opening: freezeLimit });
}

/** The records to try, in order, and one more where the chain is longer than a transaction. */
async function readChain(
  client: ClientBase,
  { generation }: Target,
  partition: number,
  { id, requested, subject, reason, is_first: isFirst }: Requested,
): Promise<readonly Row[]> {
  // What stands alone, nobody waits for; one given up in the middle of a chain lets nobody go.
  const isAlone = subject === null || reason === 'misplaced';
  if (requested === 'discard' && (isAlone || !isFirst)) return [];
  const values = [generation.view, generation.generation, partition, isAlone ? null : subject, id, maxRows + 1];
  return (await client.query<Row>(sql.chain, values)).rows;
}

async function applyRows(
  client: ClientBase,
  { view, generation, decoding }: Target,
  partition: number,
  rows: readonly Row[],
): Promise<Pick<Settled, 'applied' | 'ignored' | 'failed' | 'parked'>> {
  const tried = rows.slice(0, maxRows);
  const decoded = tried.map((row) => decodeRecord(toRecord(partition, row), row.recorded_at, decoding));
  const { events, parked } = setAside(decoded, new Set());
  const tx = createViewTransaction(client, view.name, generation.schema);
  const outcome = await applyIsolating(view, partition, events, tx);
  const left = [...parked, ...outcome.parked].toSorted((a, b) => a.record.offset - b.record.offset);
  const stillParked = new Set(left.map(({ record }) => record.offset));
  const gone = tried.map(({ offset }) => offset).filter((offset) => !stillParked.has(offset));
  const changes = left.map(({ record, reason, message }) => ({
    offset: record.offset,
    reason,
    message: toMessage(message),
  }));
  // All of these are in: the rest follows in a transaction of its own, also if this process ends before.
  const next = left.length === 0 ? (rows[maxRows]?.offset ?? null) : null;
  const values = [generation.view, generation.generation, partition, gone, JSON.stringify(changes), next];
  const after = await client.query<{ parked: number }>(sql.settle, values);
  const { applied, ignored } = outcome;
  const failed = left.filter(({ reason }) => reason !== 'behind');
  return { applied, ignored, failed, parked: after.rows[0]?.parked ?? 0 };
}

function toRecord(partition: number, { offset, recorded_at: recordedAt, value, appended }: Row): LogRecord {
  return { partition, offset, recordedAt, key: null, value, appended };
}
