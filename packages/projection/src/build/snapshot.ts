/**
 * A generation as it stood at one position: a read-only transaction whose rows and checkpoints are of one instant. It
 * holds no lock, so that whoever feeds the generation goes on meanwhile.
 */
import { readSql } from '@ledgerline/database';
import type { Offsets } from '@ledgerline/log';
import type { Pool, PoolClient } from 'pg';
import type { Generation } from '../generation.ts';
import { withCancellable } from './cancellable.ts';

export type Snapshot = {
  readonly client: PoolClient;
  readonly generation: Generation;
  readonly offsets: Offsets;
};

const readCheckpointsSql = readSql(new URL('./sql/read-checkpoints.sql', import.meta.url));

/**
 * @param signal aborted, what is being read is given up
 * @param work gets a client that must not be used after it settles
 */
export async function withSnapshot<T>(
  pool: Pool,
  generation: Generation,
  signal: AbortSignal,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  // Left early, the transaction is still open: the connection goes.
  return await withCancellable(pool, signal, async (client) => {
    await client.query("begin isolation level repeatable read read only; set local time zone 'UTC'");
    const offsets = await readOffsets(client, generation);
    const result = await work({ client, generation, offsets });
    await client.query('commit');
    return result;
  });
}

/** Next offsets by partition. */
export async function readOffsets(
  client: Pick<Pool, 'query'> | Pick<PoolClient, 'query'>,
  { view, generation }: Pick<Generation, 'view' | 'generation'>,
): Promise<Offsets> {
  const { rows } = await (client as Pool).query<{ next_offset: number }>(readCheckpointsSql, [view, generation]);
  return rows.map((row) => row.next_offset);
}
