/** Errors as PostgreSQL, pg and the system really give them, sorted into passing and permanent. */
import { freshDatabase, quietLogger, startPostgres } from '@ledgerline/testkit';
import type { Pool } from 'pg';
import t from 'tap';
import { createPool, isRetryable } from '../src/index.ts';

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => new Error('it succeeded'),
    (error: unknown) => error,
  );
}

async function connectingTo(
  connection: Parameters<typeof createPool>[0]['connection'],
  password?: string,
): Promise<unknown> {
  const config = typeof connection === 'string' || password === undefined ? connection : { ...connection, password };
  const pool = createPool({ connection: config, applicationName: 'test' }, quietLogger);
  const error = await errorOf(pool.query('select 1'));
  await pool.end();
  return error;
}

t.test('what a statement is refused for is permanent', async (t) => {
  const { pool } = await freshDatabase(t);
  await pool.query('create table note (number int primary key)');
  await pool.query('insert into note values (1)');
  for (const text of [
    'insert into note values (1)',
    'selekt',
    'select 1/0',
    'select * from nowhere',
    "select '\\ud800'::jsonb",
  ]) {
    t.equal(isRetryable(await errorOf(pool.query(text))), false, text);
  }
  t.equal(isRetryable(await errorOf(pool.query('select 9007199254740993 as number'))), false, 'a value of ours');
});

t.test('contention passes: deadlock, lock timeout, statement timeout, serialization', async (t) => {
  const { pool } = await freshDatabase(t);
  await pool.query('create table note (number int primary key, text text)');
  await pool.query("insert into note values (1, ''), (2, '')");
  t.ok(isRetryable(await errorOf(deadlock(pool))), 'deadlock');
  t.ok(isRetryable(await errorOf(pool.query('set statement_timeout = 10; select pg_sleep(5)'))), 'statement timeout');
  const holder = await pool.connect();
  await holder.query('begin; update note set text = 1');
  t.ok(isRetryable(await errorOf(pool.query('set lock_timeout = 10; update note set text = 2'))), 'lock timeout');
  await holder.query('rollback');
  holder.release();
});

t.test('a server that is away, stops, starts or breaks off passes', async (t) => {
  const server = await startPostgres(t);
  const pool = createPool({ connection: server.connection, applicationName: 'test', max: 2 }, quietLogger);
  t.teardown(() => pool.end());
  await pool.query('select 1');
  const waiting = errorOf(pool.query('select pg_sleep(20)'));
  await server.stop();
  t.ok(isRetryable(await waiting), 'a query under way');
  t.ok(isRetryable(await errorOf(pool.query('select 1'))), 'a query after it');
  t.ok(isRetryable(await connectingTo('postgresql://nobody@127.0.0.1:1/none')), 'a refused connection');
  t.ok(isRetryable(await connectingTo('postgresql://nobody@does-not-exist.invalid/none')), 'a name unknown for now');
});

t.test('a wrong database or user is permanent', async (t) => {
  const { connection } = await freshDatabase(t);
  t.equal(isRetryable(await connectingTo({ ...connection, database: 'none' })), false);
  t.equal(isRetryable(await connectingTo({ ...connection, user: 'nobody' })), false);
});

t.test('a pool that is used up passes; a pool that was ended does not', async (t) => {
  const { connection } = await freshDatabase(t);
  const pool = createPool(
    { connection: { ...connection, connectionTimeoutMillis: 50 }, applicationName: 'test', max: 1 },
    quietLogger,
  );
  const client = await pool.connect();
  t.ok(isRetryable(await errorOf(pool.query('select 1'))));
  client.release();
  await pool.end();
  t.equal(isRetryable(await errorOf(pool.query('select 1'))), false);
});

t.test(
  'a cause decides where the error itself says nothing; files and values that are no errors are permanent',
  async (t) => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED', syscall: 'connect' });
    t.ok(isRetryable(new Error('the log is unavailable', { cause: refused })));
    t.ok(isRetryable(new AggregateError([refused, refused])));
    t.equal(isRetryable(Object.assign(new Error('open'), { code: 'ENOENT', syscall: 'open' })), false);
    t.equal(isRetryable(new TypeError('a bug')), false);
    t.equal(isRetryable('ECONNREFUSED'), false);
  },
);

async function deadlock(pool: Pool): Promise<void> {
  const [one, two] = await Promise.all([pool.connect(), pool.connect()]);
  try {
    await one.query('begin; update note set text = 1 where number = 1');
    await two.query('begin; update note set text = 2 where number = 2');
    await Promise.all([
      one.query('update note set text = 1 where number = 2'),
      two.query('update note set text = 2 where number = 1'),
    ]);
  } finally {
    one.release(true);
    two.release(true);
  }
}
