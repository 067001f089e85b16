/**
 * How far a generation is in one partition. Moved by compare-and-set in the transaction that writes the rows, so
 * that rows and checkpoint agree at every instant, and only one of two processes that hold the same events wins.
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
};

const sql = {
  read: readSql(new URL('./sql/read-checkpoint.sql', import.meta.url)),
  move: readSql(new URL('./sql/move-checkpoint.sql', import.meta.url)),
};

/** Somebody else moved the checkpoint: nothing was written, and the partition starts anew from where it is now. */
export class FencedError extends Error {
  constructor({ view, generation }: Generation, partition: number, expected: number) {
    super(`checkpoint of ${view} generation ${generation}, partition ${partition} is no longer at ${expected}`);
    this.name = 'FencedError';
  }
}

/** undefined where the generation knows no such partition. */
export async function readCheckpoint(
  pool: Pool | ClientBase,
  { view, generation }: Generation,
  partition: number,
): Promise<Checkpoint | undefined> {
  type Row = { log_id: string; next_offset: number; last_recorded_at: string | null; parked: number };
  const result = await pool.query<Row>(sql.read, [view, generation, partition]);
  const [row] = result.rows;
  return row && { logId: row.log_id, next: row.next_offset, lastRecordedAt: row.last_recorded_at, parked: row.parked };
}

/**
 * Moves the checkpoint and holds its row to the end of the transaction. Throws FencedError where it isn't at `from`.
 * Gives the number of records parked in this partition.
 */
export async function moveCheckpoint(
  client: ClientBase,
  generation: Generation,
  move: { partition: number; from: number; to: number; lastRecordedAt: string | null },
): Promise<{ parked: number }> {
  const result = await client.query<{ parked: number }>({
    name: 'projection.move-checkpoint',
    text: sql.move,
    values: [generation.view, generation.generation, move.partition, move.from, move.to, move.lastRecordedAt],
  });
  const [row] = result.rows;
  if (row === undefined) throw new FencedError(generation, move.partition, move.from);
  return { parked: row.parked };
}
