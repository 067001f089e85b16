/** One process owns the server on a data folder; what a killed one leaves is found again. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { quietLogger } from '@ledgerline/testkit';
import t from 'tap';
import { createPool } from '../src/index.ts';
import { query, scratchFolder, startOwner } from './fixtures/embedded-owner.ts';

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

t.test('after kill -9 the next start uses the server that was left, with its data', async (t) => {
  const dataFolder = join(await scratchFolder(t), 'data');
  const first = await startOwner(t, { dataFolder });
  const before = await first.up();
  await query(before, "create table note as select 'kept' as text");
  await first.kill();
  t.ok(isAlive(before.pid), 'the server outlives its owner');

  const second = await startOwner(t, { dataFolder });
  const after = await second.up();
  t.equal(after.pid, before.pid);
  t.same(await query(after, 'select text from note'), [{ text: 'kept' }]);
  t.match(await second.stop(), { code: 0 });
  t.notOk(existsSync(join(dataFolder, 'postgres', 'postmaster.pid')), 'what was found is stopped too');
});

t.test('a server that was left is started anew where it would run otherwise now, as after an upgrade', async (t) => {
  const dataFolder = join(await scratchFolder(t), 'data');
  const first = await startOwner(t, { dataFolder });
  const before = await first.up();
  await query(before, "create table note as select 'kept' as text");
  await first.kill();
  const second = await startOwner(t, { dataFolder, settings: { work_mem: '5MB' } });
  const after = await second.up();
  t.not(after.pid, before.pid);
  t.same(await query(after, "select text, current_setting('work_mem') as work_mem from note"), [
    { text: 'kept', work_mem: '5MB' },
  ]);
});

t.test('a second start on a data folder in use says so and ends with 78', async (t) => {
  const dataFolder = join(await scratchFolder(t), 'data');
  const first = await startOwner(t, { dataFolder });
  const up = await first.up();
  const second = await startOwner(t, { dataFolder });
  const message = await second.output.waitFor(/^failed /);
  t.match(message, dataFolder);
  t.match(message, /another Ledgerline is running.*stop it, or set LEDGERLINE_DATA/);
  t.match(await second.exited, { code: 78 });
  t.same(await query(up, 'select 1 as one'), [{ one: 1 }], 'the first is not disturbed');
});

t.test('of five first starts at once one runs and four end with 78', async (t) => {
  const dataFolder = join(await scratchFolder(t), 'data');
  const owners = await Promise.all([1, 2, 3, 4, 5].map(() => startOwner(t, { dataFolder })));
  await Promise.all(owners.map((owner) => owner.output.waitFor(/^(up|failed) /, 60_000)));
  const winners = owners.filter((owner) => /^up /m.test(owner.output.text()));
  t.equal(winners.length, 1);
  for (const owner of owners) {
    if (!winners.includes(owner)) t.match(await owner.exited, { code: 78 }, owner.output.text());
  }
  const [winner] = winners;
  t.same(winner && (await query(await winner.up(), 'select 1 as one')), [{ one: 1 }]);
});

t.test('a server killed under its owner runs again on the same address, with what was committed', async (t) => {
  const dataFolder = join(await scratchFolder(t), 'data');
  const owner = await startOwner(t, { dataFolder });
  const up = await owner.up();
  await query(up, 'create table note as select 1 as number');
  process.kill(up.pid, 'SIGKILL');
  await owner.output.waitFor(/PostgreSQL runs again/);
  t.same(await query(up, 'select number from note'), [{ number: 1 }]);
});

t.test('an owner adopted twice over heals what it adopted', async (t) => {
  const dataFolder = join(await scratchFolder(t), 'data');
  const first = await startOwner(t, { dataFolder });
  const { pid } = await first.up();
  await first.kill();
  const second = await startOwner(t, { dataFolder });
  const up = await second.up();
  process.kill(pid, 'SIGKILL');
  await second.output.waitFor(/PostgreSQL runs again/);
  t.same(await query(up, 'select 1 as one'), [{ one: 1 }]);
  t.match(await second.stop(), { code: 0 });
});

t.test('a lost backend, which makes PostgreSQL cut all connections, does not cost the ownership', async (t) => {
  const dataFolder = join(await scratchFolder(t), 'data');
  const owner = await startOwner(t, { dataFolder });
  const up = await owner.up();
  const pool = createPool({ connection: up.connection, applicationName: 'test', max: 1 }, quietLogger);
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
  await owner.output.waitFor(/PostgreSQL runs again/);
  await pool.end();
  const second = await startOwner(t, { dataFolder });
  t.match(await second.exited, { code: 78 });
});

t.test('stopped in order, nothing is left running and the next start is a new server', async (t) => {
  const dataFolder = join(await scratchFolder(t), 'data');
  const owner = await startOwner(t, { dataFolder });
  const up = await owner.up();
  const exit = await owner.stop();
  t.equal(exit.code, 0);
  t.ok(exit.ms < 8_000);
  t.notOk(isAlive(up.pid));
  await t.rejects(query(up, 'select 1'));
});

t.test('process.exit takes the server along', async (t) => {
  const dataFolder = join(await scratchFolder(t), 'data');
  const owner = await startOwner(t, { dataFolder });
  await owner.up();
  owner.signal('SIGUSR2');
  t.match(await owner.exited, { code: 3 });
  const next = await startOwner(t, { dataFolder });
  await next.up();
  t.match(await next.stop(), { code: 0 });
});
