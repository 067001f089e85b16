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

/** The same for work that begins and commits by itself, with its first and last statements: rolled back where it rejects. */
export async function withOwnTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    return await work(client);
  } catch (error) {
    broken = await rollBack(client, error);
    throw error;
  } finally {
    client.release(broken);
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

/** The error that makes the connection unfit, if any. Only an error the server itself reported leaves it usable. */
async function rollBack(client: pg.PoolClient, cause: unknown): Promise<Error | undefined> {
  // pg's own timeout leaves the statement running: a rollback would queue behind it.
  if (cause instanceof Error && cause.message === 'Query read timeout') return cause;
  try {
    await client.query('rollback');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error('rollback failed', { cause: error });
  }
}
