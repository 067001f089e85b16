/**
 * The one way to get a pool. Nothing a pool does may hang or end the process: connecting, statements, locks and
 * forgotten transactions have deadlines, and an idle connection that dies is logged and replaced.
 */

import { type PoolConfig as PgPoolConfig, Pool } from 'pg';
import type { BaseLogger } from 'pino';
import { columnTypes } from './column-types.ts';

export type DatabaseOptions = PgPoolConfig;
export type DatabaseLogger = Pick<BaseLogger, 'debug' | 'info' | 'warn' | 'error'>;

export type PoolConfig = {
  /** A URL (as in DATABASE_URL) or pg's own fields. */
  readonly connection: PgPoolConfig | string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Connections at most (10). */
  readonly max?: number;
  /** Deadline of one statement (30 s); 0 for none, as a rebuild may want. */
  readonly statementTimeoutMs?: number;
};

const CONNECT_TIMEOUT_MS = 3_000;
const STATEMENT_TIMEOUT_MS = 30_000;
/** Shorter than a statement's: a queue behind one lock is better refused than let grow. */
const LOCK_TIMEOUT_MS = 10_000;
const IDLE_IN_TRANSACTION_MS = 60_000;
/** The client's own deadline, past the server's: for a server that no longer answers at all. */
const NO_ANSWER_MARGIN_MS = 5_000;

/** Doesn't connect yet: see `waitForDatabase`. The caller ends it. */
export function createPool(config: PoolConfig, logger: DatabaseLogger): Pool {
  const statementTimeoutMs = config.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
  const connection =
    typeof config.connection === 'string' ? { connectionString: config.connection } : config.connection;
  const pool = new Pool({
    max: config.max ?? 10,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: config.applicationName,
    types: columnTypes,
    ...(statementTimeoutMs > 0 && {
      statement_timeout: statementTimeoutMs,
      query_timeout: statementTimeoutMs + NO_ANSWER_MARGIN_MS,
    }),
    ...connection,
  });
  // Not the error itself: pg puts the whole client on it.
  pool.on('error', ({ message }) => logger.warn({ reason: message }, 'an idle database connection was lost'));
  // A client that is checked out has no listener of the pool's: between two queries its death would be uncaught.
  pool.on('connect', (client) => {
    client.on('error', ({ message }) => logger.debug({ reason: message }, 'a database connection was lost'));
  });
  return pool;
}
