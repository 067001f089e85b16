/** The tests' own PostgreSQL: apart, prepared, and gone with the process. */
import { existsSync } from 'node:fs';
import { createPool } from '@ledgerline/database';
import { freshDatabase, quietLogger, startPostgres, startProcess } from '@ledgerline/testkit';
import t from 'tap';

t.test('two fresh databases know nothing of each other', async (t) => {
  const [one, two] = await Promise.all([freshDatabase(t), freshDatabase(t)]);
  await one.pool.query('create table note (text text)');
  await t.rejects(two.pool.query('select * from note'), { code: '42P01' });
});

t.test('a template is prepared once and copied for each', async (t) => {
  let prepared = 0;
  const template = {
    name: 'notes',
    async prepare(connection: Parameters<typeof createPool>[0]['connection']) {
      prepared++;
      const pool = createPool({ connection, applicationName: 'prepare' }, quietLogger);
      await pool.query("create table note as select 'kept' as text");
      await pool.end();
    },
  };
  const all = await Promise.all([1, 2, 3].map(() => freshDatabase(t, { template })));
  for (const { pool } of all) t.same((await pool.query('select text from note')).rows, [{ text: 'kept' }]);
  t.equal(prepared, 1);
});

t.test('the URL leads to the same database as the connection', async (t) => {
  const { url, connection } = await freshDatabase(t);
  const pool = createPool({ connection: url, applicationName: 'url' }, quietLogger);
  t.same((await pool.query('select current_database() as name')).rows, [{ name: connection.database }]);
  await pool.end();
});

t.test('a server of its own comes back on the same address with its data', async (t) => {
  const server = await startPostgres(t);
  const pool = createPool({ connection: server.connection, applicationName: 'own' }, quietLogger);
  await pool.query('create table note (text text)');
  await server.stop();
  await t.rejects(pool.query('select * from note'));
  await server.start();
  t.equal((await pool.query('select * from note')).rowCount, 0);
  await pool.end();
});

t.test('a server of its own is gone, data and all, when the test is killed', async (t) => {
  const script = `import { startPostgres } from '@ledgerline/testkit';
    const server = await startPostgres({ teardown() {} });
    console.log('folder ' + server.dataFolder);
    setInterval(() => 0, 1000);`;
  const args = ['--input-type=module', '--eval', script];
  const test = await startProcess(t, { name: 'test', args, cwd: import.meta.dirname });
  const folder = (await test.output.waitFor(/^folder /)).slice('folder '.length);
  t.ok(existsSync(`${folder}/run/.s.PGSQL.5432`));
  await test.kill();
  const deadline = performance.now() + 10_000;
  while (existsSync(folder) && performance.now() < deadline) await new Promise(setImmediate);
  t.notOk(existsSync(folder));
});
