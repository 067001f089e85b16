/**
 * One transaction on one connection: committed when the work resolves, rolled back when it rejects.
 * A connection whose state is not known afterwards is thrown away, never given back.
 */
import type pg from 'pg';

export type TransactionOptions = {
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  readonly readOnly?: boolean;
  /** `off` gives up durability of the last moments in a crash (never consistency): only for what can be derived again. */
  readonly synchronousCommit?: 'on' | 'off';
  /** Statements without parameters that go with `begin` in one round trip; `work` is given the last one's rows. */
  readonly opening?: string;
};

/**
 * Rejects with what `work` rejected with, or with the commit's own error: then the outcome is unknown.
 * @param work gets a client that must not be used after it settles
 */
export async function withTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient, opened: readonly unknown[]) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  return await withOwnTransaction(pool, async (client) => {
    const result = await work(client, await begin(client, options));
    await client.query('commit');
    return result;
  });
}

/**
 * The same for work that begins and commits by itself, with its first and last statements: rolled back where it rejects.
 * @param work may pass the connection on: from then on it is neither rolled back nor given back here
 * @param taken a connection of the pool that was passed on to this one
 */
export async function withOwnTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient, passOn: () => void) => Promise<T>,
  taken?: pg.PoolClient,
): Promise<T> {
  const client = taken ?? (await pool.connect());
  let isOurs = true;
  let broken: Error | undefined;
  const passOn = () => {
    isOurs = false;
  };
  try {
    return await work(client, passOn);
  } catch (error) {
    if (isOurs) broken = await rollBack(client, error);
    throw error;
  } finally {
    if (isOurs) client.release(broken);
  }
}

async function begin(client: pg.PoolClient, options: TransactionOptions): Promise<readonly unknown[]> {
  const { isolation = 'read committed', readOnly, synchronousCommit, opening } = options;
  let text = `begin isolation level ${isolation}${readOnly ? ' read only' : ''}`;
  if (synchronousCommit !== undefined) text += `; set local synchronous_commit = ${synchronousCommit}`;
  if (opening !== undefined) text += `; ${opening}`;
  // pg gives one result a statement, where there are several: its types know of one only.
  const results: unknown = await client.query(text);
  const last: unknown = Array.isArray(results) ? results.at(-1) : results;
  return (last as pg.QueryResult<Record<string, unknown>>).rows;
}

/** pg has given up on a statement that PostgreSQL still runs: whatever is sent on the connection queues behind it. */
export function isUnanswered(error: unknown): error is Error {
  return error instanceof Error && error.message === 'Query read timeout';
}

/** The error that makes the connection unfit, if any. Only an error the server itself reported leaves it usable. */
async function rollBack(client: pg.PoolClient, cause: unknown): Promise<Error | undefined> {
  if (isUnanswered(cause)) return cause;
  try {
    await client.query('rollback');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error('rollback failed', { cause: error });
  }
}
