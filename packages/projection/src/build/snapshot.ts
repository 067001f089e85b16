/**
 * A generation as it stood at one position: a read-only transaction whose rows and checkpoints are of one instant. It
 * holds no lock, so that whoever feeds the generation goes on meanwhile.
 */
import { readSql } from '@ledgerline/database';
import type { Offsets } from '@ledgerline/log';
import type { Pool, PoolClient } from 'pg';
import type { Generation } from '../generation.ts';

export type Snapshot = {
  readonly client: PoolClient;
  readonly generation: Generation;
  readonly offsets: Offsets;
};

const readCheckpointsSql = readSql(new URL('./sql/read-checkpoints.sql', import.meta.url));

/** @param work gets a client that must not be used after it settles */
export async function withSnapshot<T>(
  pool: Pool,
  generation: Generation,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: unknown = true;
  try {
    await client.query("begin isolation level repeatable read read only; set local time zone 'UTC'");
    const offsets = await readOffsets(client, generation);
    const result = await work({ client, generation, offsets });
    await client.query('commit');
    broken = undefined;
    return result;
  } finally {
    // Left early, the transaction is still open: the connection goes.
    client.release(broken === undefined ? undefined : true);
  }
}

/** Next offsets by partition. */
export async function readOffsets(
  client: Pick<Pool, 'query'> | Pick<PoolClient, 'query'>,
  { view, generation }: Pick<Generation, 'view' | 'generation'>,
): Promise<Offsets> {
  const { rows } = await (client as Pool).query<{ next_offset: number }>(readCheckpointsSql, [view, generation]);
  return rows.map((row) => row.next_offset);
}
