/** Connections of builds take little from those who serve, whatever the others' own settings are. */
import { freshDatabase } from '@ledgerline/testkit';
import pg from 'pg';
import { pino } from 'pino';
import t from 'tap';
import { createBuildPool } from '../../src/build/build-pool.ts';

t.test('a build keeps to one process a statement, waits for no disk, and may take its time', async (t) => {
  const { connection } = await freshDatabase(t);
  const pool = new pg.Pool({ ...connection, statement_timeout: 50, options: '-c max_parallel_workers_per_gather=4' });
  const own = createBuildPool(pool, 'timeline', pino({ level: 'silent' }));
  t.teardown(async () => await Promise.all([pool.end(), own.end()]));
  const { rows } = await own.query(`select
    current_setting('max_parallel_workers_per_gather') as parallel, current_setting('synchronous_commit') as commit,
    current_setting('statement_timeout') as timeout, current_setting('application_name') as name, pg_sleep(0.1)::text as slept`);
  t.match(rows[0], { parallel: '0', commit: 'off', timeout: '0', name: 'ledgerline-build-timeline' });
});
