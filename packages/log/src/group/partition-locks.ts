/**
 * Ownership of partitions by session advisory locks, on a connection of their own: PostgreSQL frees them the moment the
 * process dies, and ends the session of one that hangs (`idle_session_timeout`), so that another member takes over.
 */
import { readSql } from '@ledgerline/database';
import { Client, type ClientConfig, type Pool } from 'pg';
import { murmur2 } from '../murmur2.ts';

const countMembers = readSql(new URL('./sql/count-members.sql', import.meta.url));

/** A member that says nothing for so long is taken for dead. */
export const SESSION_TIMEOUT_MS = 15_000;
/** A member that gets no answer gives up before others take over. */
const ANSWER_TIMEOUT_MS = 10_000;

export type PartitionLocks = {
  /** Members of the group that live, this one included. Must be called often: it is the heartbeat. */
  members(): Promise<number>;
  tryLock(partition: number): Promise<boolean>;
  unlock(partition: number): Promise<void>;
  /** Resolves if the locks taken are still held: only then can their session answer. */
  confirm(): Promise<void>;
  /** Aborted when the connection, and with it every lock, is gone. */
  readonly lost: AbortSignal;
  close(): Promise<void>;
};

/** Joins the group. Rejects where the database can't be reached. */
export async function openPartitionLocks(pool: Pool, group: string): Promise<PartitionLocks> {
  const client = openClient(pool, `ledgerline ${group}`, { query_timeout: ANSWER_TIMEOUT_MS });
  const lost = new AbortController();
  client.on('error', () => lost.abort());
  client.on('end', () => lost.abort());
  const locks = lockClass(`ledgerline group ${group}`);
  const membership = lockClass(`ledgerline members ${group}`);
  try {
    await client.connect();
    await client.query(`set idle_session_timeout = ${SESSION_TIMEOUT_MS}`);
    await client.query('select pg_advisory_lock($1, pg_backend_pid())', [membership]);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  // One after the other: pg is giving up its own queue.
  let last: Promise<unknown> = Promise.resolve();
  const query = async <Row extends object>(text: string, values: readonly number[]): Promise<Row | undefined> => {
    const queried = last.then(async () => await client.query<Row>(text, [...values]));
    last = queried.catch(() => undefined);
    return (await queried).rows[0];
  };
  return {
    async members() {
      return Math.max(1, (await query<{ members: number }>(countMembers, [membership]))?.members ?? 1);
    },
    async tryLock(partition) {
      const row = await query<{ locked: boolean }>('select pg_try_advisory_lock($1, $2) as locked', [locks, partition]);
      return row?.locked ?? false;
    },
    async unlock(partition) {
      await query('select pg_advisory_unlock($1, $2)', [locks, partition]);
    },
    async confirm() {
      await query('select', []);
    },
    lost: lost.signal,
    async close() {
      await client.end().catch(() => undefined);
    },
  };
}

/** A connection like the pool's, but not one of it: it lives long, and listens or holds locks. */
export function openClient(pool: Pool, name: string, settings: ClientConfig = {}): Client {
  // pg-pool hides the password from enumeration.
  const { password } = pool.options;
  return new Client({
    ...pool.options,
    ...(password !== undefined && { password }),
    application_name: name.slice(0, 63),
    ...settings,
  });
}

/** Advisory locks are told apart by two numbers: this one stands for the group. */
const lockClass = (name: string): number => murmur2(Buffer.from(name)) & 0x7fffffff;
