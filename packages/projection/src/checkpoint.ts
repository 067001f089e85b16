/**
 * How far a generation is in one partition, and who may move it. Moved by compare-and-set of epoch and offset in the
 * transaction that writes the rows, so that rows and checkpoint agree at every instant, and a process that has lost the
 * partition, frozen or forgotten, writes nothing.
 */
import { readSql } from '@ledgerline/database';
import type { ClientBase, Pool } from 'pg';
import type { Generation } from './generation.ts';

export type Checkpoint = {
  readonly logId: string;
  readonly next: number;
  /** Of the last record, RFC 3339; null before the first. */
  readonly lastRecordedAt: string | null;
  /** Records parked in this partition. */
  readonly parked: number;
  /** Of the owner that asked: every one of its transactions carries it. */
  readonly epoch: number;
};

export type CheckpointMove = {
  readonly partition: number;
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
  readonly lastRecordedAt: string | null;
};

const sql = {
  take: readSql(new URL('./sql/take-checkpoint.sql', import.meta.url)),
  hold: readSql(new URL('./sql/hold-checkpoint.sql', import.meta.url)),
  move: readSql(new URL('./sql/move-checkpoint.sql', import.meta.url)),
};

/** The partition is another's, or the checkpoint was moved: nothing was written. */
export class FencedError extends Error {
  constructor({ view, generation }: Generation, { partition, epoch }: { partition: number; epoch: number }) {
    super(`partition ${partition} of ${view} generation ${generation} is no longer this process's (epoch ${epoch})`);
    this.name = 'FencedError';
  }
}

/**
 * Gains the partition: until somebody else does, its checkpoint moves only under the epoch given here. Only for who owns
 * the partition in the group. undefined where the generation knows no such partition.
 */
export async function takeCheckpoint(
  pool: Pool | ClientBase,
  { view, generation }: Generation,
  partition: number,
): Promise<Checkpoint | undefined> {
  type Row = { log_id: string; next_offset: number; last_recorded_at: string | null; parked: number; epoch: number };
  const result = await pool.query<Row>(sql.take, [view, generation, partition]);
  const [row] = result.rows;
  if (row === undefined) return undefined;
  const { log_id: logId, next_offset: next, last_recorded_at: lastRecordedAt, parked, epoch } = row;
  return { logId, next, lastRecordedAt, parked, epoch };
}

/** Holds the checkpoint's row to the end of the transaction, as `moveCheckpoint` does. Throws FencedError. */
export async function holdCheckpoint(
  client: ClientBase,
  generation: Generation,
  owned: { readonly partition: number; readonly epoch: number },
): Promise<void> {
  const values = [generation.view, generation.generation, owned.partition, owned.epoch];
  const result = await client.query(sql.hold, values);
  if (result.rowCount === 0) throw new FencedError(generation, owned);
}

/** How many records of the partition are parked, and whether some of those in [from, to) were discarded. */
export type MovedCheckpoint = { readonly parked: number; readonly discards: boolean };

/**
 * Moves the checkpoint and holds its row to the end of the transaction. Throws FencedError where it isn't at `from`, or
 * not under `epoch`.
 */
export async function moveCheckpoint(
  client: ClientBase,
  generation: Generation,
  move: CheckpointMove,
): Promise<MovedCheckpoint> {
  const { partition, epoch, from, to, lastRecordedAt } = move;
  const result = await client.query<MovedCheckpoint>({
    name: 'projection.move-checkpoint',
    text: sql.move,
    values: [generation.view, generation.generation, partition, epoch, from, to, lastRecordedAt],
  });
  const [row] = result.rows;
  if (row === undefined) throw new FencedError(generation, move);
  return { parked: row.parked, discards: row.discards };
}
