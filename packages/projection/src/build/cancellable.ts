/**
 * Statements that may take minutes, given up by PostgreSQL itself the moment they are not wanted any more: a process that
 * is told to stop must not wait for an index or a comparison, nor may a cancelled build keep both busy.
 */
import type { Pool, PoolClient } from 'pg';

/**
 * On a connection of its own, which is thrown away where the work was given up: a cancellation may come late, and must not
 * hit what follows.
 * @param work gets a client that must not be used after it settles
 */
export async function withCancellable<T>(
  pool: Pool,
  signal: AbortSignal,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const client = await pool.connect();
  // pg does not say that it has it.
  const { processID: pid } = client as PoolClient & { readonly processID: number };
  const cancel = () => void pool.query('select pg_cancel_backend($1)', [pid]).catch(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  let unfit: Error | boolean = true;
  try {
    const result = await work(client);
    unfit = signal.aborted;
    return result;
  } finally {
    signal.removeEventListener('abort', cancel);
    client.release(unfit);
  }
}
