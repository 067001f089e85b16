/** A pool outlives its server, and nothing it does hangs. */
import { createServer } from 'node:net';
import { freshDatabase, quietLogger, startPostgres } from '@ledgerline/testkit';
import t from 'tap';
import { waitUntil } from '../src/embedded/wait-until.ts';
import { createPool, isRetryable, waitForDatabase } from '../src/index.ts';

t.test('a pool with idle and busy connections survives its server being killed and started again', async (t) => {
  const server = await startPostgres(t);
  const warnings: unknown[] = [];
  const logger = { ...quietLogger, warn: (...args: unknown[]) => warnings.push(args) };
  const pool = createPool({ connection: server.connection, applicationName: 'test', max: 4 }, logger);
  t.teardown(() => pool.end());
  await Promise.all([1, 2, 3].map(() => pool.query('select pg_sleep(0.05)')));
  const held = await pool.connect();
  // A killed server's backends answer for a moment longer.
  const lost = new Promise<void>((resolve) => {
    held.once('end', () => resolve());
  });
  server.kill();
  await lost;
  const works = () =>
    pool.query('select 1').then(
      () => true,
      () => false,
    );
  t.ok(await waitUntil(works, 20_000));
  t.ok(warnings.length > 0, 'the lost idle connections were logged');
  await t.rejects(held.query('select 1'));
  held.release(true);
});

t.test('waiting for a database ends when it comes, and when it is called off', async (t) => {
  const server = await startPostgres(t);
  await server.stop();
  const pool = createPool({ connection: server.connection, applicationName: 'test' }, quietLogger);
  t.teardown(() => pool.end());
  await t.rejects(waitForDatabase(pool, AbortSignal.timeout(300)), { name: 'TimeoutError' });
  const waiting = waitForDatabase(pool, AbortSignal.timeout(20_000));
  await server.start();
  await waiting;
});

t.test('waiting does not go on for what waiting cannot mend', async (t) => {
  const { connection } = await freshDatabase(t);
  const pool = createPool({ connection: { ...connection, database: 'none' }, applicationName: 'test' }, quietLogger);
  t.teardown(() => pool.end());
  await t.rejects(waitForDatabase(pool, AbortSignal.timeout(10_000)), { code: '3D000' });
});

t.test('a server that accepts and never answers costs three seconds, not a hanging process', async (t) => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', resolve);
  });
  t.teardown(() => void silent.close());
  const address = silent.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const pool = createPool(
    { connection: `postgresql://nobody@127.0.0.1:${port}/none`, applicationName: 'test' },
    quietLogger,
  );
  const start = performance.now();
  const error = await pool.query('select 1').catch((reason: unknown) => reason);
  t.ok(isRetryable(error));
  t.ok(performance.now() - start < 5_000);
  await pool.end();
});

t.test('each connection has its deadlines and its name', async (t) => {
  const { connection } = await freshDatabase(t);
  const pool = createPool({ connection, applicationName: 'query' }, quietLogger);
  t.teardown(() => pool.end());
  const { rows } = await pool.query(`select name, setting from pg_settings
    where name in ('application_name', 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') order by name`);
  t.same(rows, [
    { name: 'application_name', setting: 'query' },
    { name: 'idle_in_transaction_session_timeout', setting: '60000' },
    { name: 'lock_timeout', setting: '10000' },
    { name: 'statement_timeout', setting: '30000' },
  ]);
});
