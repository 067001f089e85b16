/** All or nothing, and no connection of unknown state goes back to the pool. */
import { freshDatabase, quietLogger } from '@ledgerline/testkit';
import t from 'tap';
import { createPool, withTransaction } from '../src/index.ts';

t.test('work that resolves is kept, work that rejects leaves nothing', async (t) => {
  const { pool } = await freshDatabase(t);
  await pool.query('create table note (number int)');
  t.equal(
    await withTransaction(pool, async (client) => (await client.query('insert into note values (1)')).rowCount),
    1,
  );
  await t.rejects(
    withTransaction(pool, async (client) => {
      await client.query('insert into note values (2)');
      throw new Error('second thoughts');
    }),
    { message: 'second thoughts' },
  );
  t.same((await pool.query('select number from note')).rows, [{ number: 1 }]);
  t.equal(pool.totalCount, pool.idleCount, 'every connection is back');
});

t.test('a transaction is as isolated, as read-only and as durable as asked', async (t) => {
  const { pool } = await freshDatabase(t);
  const options = { isolation: 'repeatable read', readOnly: true, synchronousCommit: 'off' } as const;
  const settings = await withTransaction(
    pool,
    async (client) =>
      (
        await client.query(`select current_setting('transaction_isolation') as isolation,
          current_setting('transaction_read_only') as read_only, current_setting('synchronous_commit') as durable`)
      ).rows,
    options,
  );
  t.same(settings, [{ isolation: 'repeatable read', read_only: 'on', durable: 'off' }]);
  await t.rejects(
    withTransaction(pool, (client) => client.query('create table note ()'), { readOnly: true }),
    { code: '25006' },
  );
});

t.test('what opens a transaction is part of it, and its last rows are given to the work', async (t) => {
  const { pool } = await freshDatabase(t);
  await pool.query('create table note (number int)');
  const opening = `set local lock_timeout = 1234; insert into note values (1) returning number`;
  const select = `select current_setting('lock_timeout') as wait`;
  await withTransaction(
    pool,
    async (client, opened) => {
      t.same(opened, [{ number: 1 }]);
      t.same((await client.query(select)).rows, [{ wait: '1234ms' }]);
    },
    { opening },
  );
  await t.rejects(withTransaction(pool, () => Promise.reject(new Error('second thoughts')), { opening }));
  await t.rejects(
    withTransaction(pool, () => Promise.resolve(t.fail('nothing was opened')), { opening: `${opening}; select 1 / 0` }),
    { code: '22012' },
  );
  t.same((await pool.query('select number from note')).rows, [{ number: 1 }]);
  t.equal(pool.totalCount, pool.idleCount, 'every connection is back');
});

t.test('a connection that breaks in the middle is thrown away', async (t) => {
  const { connection } = await freshDatabase(t);
  const pool = createPool({ connection, applicationName: 'test', max: 1 }, quietLogger);
  t.teardown(() => pool.end());
  await t.rejects(withTransaction(pool, (client) => client.query('select pg_terminate_backend(pg_backend_pid())')));
  t.same((await pool.query('select 1 as one')).rows, [{ one: 1 }]);
});

t.test('a statement that outlasts the client gives the connection up with it', async (t) => {
  const { connection } = await freshDatabase(t);
  const config = { ...connection, query_timeout: 100, statement_timeout: false as const };
  const pool = createPool({ connection: config, applicationName: 'test', max: 1 }, quietLogger);
  t.teardown(() => pool.end());
  const start = performance.now();
  await t.rejects(
    withTransaction(pool, (client) => client.query('select pg_sleep(5)')),
    { message: 'Query read timeout' },
  );
  t.same((await pool.query('select 1 as one')).rows, [{ one: 1 }]);
  t.ok(performance.now() - start < 4_000, 'the next one does not wait for it');
});
