/** How the server runs: reachable by nobody else, durable, the same on every machine, and wherever its folder lies. */
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { query, scratchFolder, startOwner } from './fixtures/embedded-owner.ts';

/** Its own group means that a terminal's Ctrl-C goes to Node alone. */
async function processGroup(pid: number): Promise<number> {
  const [, , , , group] = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/\(.*\)/s, 'name').split(' ');
  return Number(group);
}

t.test(
  "the server is in a process group of its own, out of the terminal's reach",
  { skip: process.platform !== 'linux' && 'reads /proc' },
  async (t) => {
    const dataFolder = join(await scratchFolder(t), 'data');
    const owner = await startOwner(t, { dataFolder });
    const { pid } = await owner.up();
    t.equal(await processGroup(pid), pid);
  },
);

t.test('no TCP port is open, and nobody else may use the socket', async (t) => {
  const dataFolder = join(await scratchFolder(t), 'data');
  const owner = await startOwner(t, { dataFolder });
  const up = await owner.up();
  t.same(await query(up, 'show listen_addresses'), [{ listen_addresses: '' }]);
  t.same(await query(up, 'show unix_socket_permissions'), [{ unix_socket_permissions: '0700' }]);
  t.same(
    await query(
      up,
      "select datlocprovider::text as provider, datlocale as locale, pg_encoding_to_char(encoding) as encoding from pg_database where datname = 'ledgerline'",
    ),
    [{ provider: 'b', locale: 'C.UTF-8', encoding: 'UTF8' }],
  );
  for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    t.same(await query(up, `show ${name}`), [{ [name]: 'on' }]);
  }
});

t.test('where there are no Unix sockets it speaks TCP on loopback with a random password', async (t) => {
  const dataFolder = join(await scratchFolder(t), 'data');
  const owner = await startOwner(t, { dataFolder, transport: 'tcp' });
  const up = await owner.up();
  t.equal(up.connection.host, '127.0.0.1');
  t.same(await query(up, 'show listen_addresses'), [{ listen_addresses: '127.0.0.1' }]);
  await t.rejects(query({ ...up, connection: { ...up.connection, password: 'guess' } }, 'select 1'), { code: '28P01' });
  process.kill(up.pid, 'SIGKILL');
  await owner.output.waitFor(/PostgreSQL runs again/);
  t.same(await query(up, 'select 1 as one'), [{ one: 1 }], 'on the same port again');
  await owner.kill();
  const next = await startOwner(t, { dataFolder, transport: 'tcp' });
  t.same((await next.up()).connection, up.connection);
});

t.test('a data folder whose path is too long for a socket works all the same', async (t) => {
  const dataFolder = join(await scratchFolder(t), 'a-long-name-'.repeat(10), 'data');
  const owner = await startOwner(t, { dataFolder });
  const up = await owner.up();
  t.same(await query(up, 'select 1 as one'), [{ one: 1 }]);
  await owner.kill();
  const next = await startOwner(t, { dataFolder });
  const after = await next.up();
  t.equal(after.pid, up.pid, 'and its server is found after kill -9');
  await next.stop();
  t.notOk(existsSync(String(up.connection.host)), 'the socket folder goes with the server');
});

t.test('a stale postmaster.pid that names a live process of another kind does not prevent a start', async (t) => {
  const dataFolder = join(await scratchFolder(t), 'data');
  const owner = await startOwner(t, { dataFolder });
  const { cluster, pid } = await owner.up();
  const lock = await readFile(join(cluster, 'postmaster.pid'), 'utf8');
  await owner.stop();
  await writeFile(join(cluster, 'postmaster.pid'), lock.replace(String(pid), String(process.pid)));
  const next = await startOwner(t, { dataFolder });
  t.same(await query(await next.up(), 'select 1 as one'), [{ one: 1 }]);
});

t.test('deleting the data folder means fresh data', async (t) => {
  const dataFolder = join(await scratchFolder(t), 'data');
  const owner = await startOwner(t, { dataFolder });
  await query(await owner.up(), 'create table note ()');
  await owner.stop();
  await rm(dataFolder, { recursive: true });
  const next = await startOwner(t, { dataFolder });
  t.same(await query(await next.up(), "select to_regclass('note') as found"), [{ found: null }]);
});

t.test('a server that hangs, alive but saying nothing, is replaced', async (t) => {
  const dataFolder = join(await scratchFolder(t), 'data');
  const owner = await startOwner(t, { dataFolder });
  const up = await owner.up();
  const [row] = await query(up, "select pid from pg_stat_activity where application_name = 'ledgerline owner'");
  process.kill(up.pid, 'SIGSTOP');
  process.kill((row as { pid: number }).pid, 'SIGKILL');
  await owner.output.waitFor(/PostgreSQL hangs: stopping it/, 40_000);
  await owner.output.waitFor(/PostgreSQL runs again/, 20_000);
  t.same(await query(up, 'select 1 as one'), [{ one: 1 }]);
});
