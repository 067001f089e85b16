/**
 * Connections of the builds' own, like the projection's but apart from them: a rebuild must not starve what keeps the
 * live view in step, and its statements (an index, a comparison) take as long as they take.
 */
import { Pool } from 'pg';
import type { Logger } from 'pino';

/** Partitions filled at the same time, two snapshots, a lease and a listener. */
const connections = 10;

const settings = [
  // What a build writes can be derived again, and a promotion's own commit makes all before it durable.
  'synchronous_commit=off',
  // Two indexes at a time are sorted in memory, up to that much each.
  'maintenance_work_mem=128MB',
  // A proof reads whole views: by several processes at once it would take the cores that readers are served by.
  'max_parallel_workers_per_gather=0',
];

/** Opens nothing yet. The caller ends it. */
export function createBuildPool(pool: Pool, view: string, logger: Pick<Logger, 'debug'>): Pool {
  // pg-pool hides the password from enumeration.
  const { password, statement_timeout: _statement, query_timeout: _query, ...options } = pool.options;
  const own = new Pool({
    ...options,
    ...(password !== undefined && { password }),
    max: connections,
    idle_in_transaction_session_timeout: 0,
    application_name: `ledgerline-build-${view}`,
    options: [options.options ?? '', ...settings.map((setting) => `-c ${setting}`)].join(' ').trim(),
  });
  own.on('error', (error) => logger.debug({ err: error }, 'an idle build connection was lost'));
  own.on('connect', (client) => {
    client.on('error', (error) => logger.debug({ err: error }, 'a build connection was lost'));
  });
  return own;
}
