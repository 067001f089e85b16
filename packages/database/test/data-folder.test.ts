/** What is found in a data folder is used if it is whole and ours; otherwise it is named, and left as it is. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quietLogger } from '@ledgerline/testkit';
import t, { type Test } from 'tap';
import { ConfigurationError, startEmbeddedServer } from '../src/index.ts';
import { scratchFolder, startOwner } from './fixtures/embedded-owner.ts';

/** Every file below, with its content. */
async function contents(folder: string): Promise<Record<string, string>> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const entries = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  return Object.fromEntries(
    await Promise.all(entries.map(async (path) => [path, (await readFile(path)).toString('base64')] as const)),
  );
}

/** The message of the refusal, which must leave every file as it was. */
async function refusal(t: Test, dataFolder: string): Promise<string> {
  const before = await contents(dataFolder);
  const error = await startEmbeddedServer({ dataFolder, logger: quietLogger }).then(
    () => new Error('it started'),
    (reason: unknown) => reason,
  );
  t.same(await contents(dataFolder), before, 'nothing was overwritten');
  if (!(error instanceof ConfigurationError)) throw error;
  t.equal(error.exitCode, 78);
  return error.message;
}

t.test('data of another major version is refused by both versions', async (t) => {
  const dataFolder = join(await scratchFolder(t), 'data');
  const owner = await startOwner(t, { dataFolder });
  const { cluster } = await owner.up();
  await owner.stop();
  await writeFile(join(cluster, 'PG_VERSION'), '16\n');
  const message = await refusal(t, dataFolder);
  t.match(message, cluster);
  t.match(message, /made by PostgreSQL 16, and this is PostgreSQL 18/);
  t.match(message, /pg_dump/);
});

t.test('a half-made data folder is refused with what is missing', async (t) => {
  const dataFolder = await scratchFolder(t);
  await mkdir(join(dataFolder, 'postgres', 'base'), { recursive: true });
  await writeFile(join(dataFolder, 'postgres', 'postgresql.conf'), '# half');
  t.match(await refusal(t, dataFolder), /half of one \(PG_VERSION is missing\)/);
  await writeFile(join(dataFolder, 'postgres', 'PG_VERSION'), '18\n');
  t.match(await refusal(t, dataFolder), /half of one \(global\/pg_control is missing\)/);
});

t.test('what a start killed half-way leaves is no hindrance', async (t) => {
  const dataFolder = join(await scratchFolder(t), 'data');
  const owner = await startOwner(t, { dataFolder });
  await owner.output.waitFor(/making a new data folder/);
  await owner.kill();
  const next = await startOwner(t, { dataFolder });
  await next.up();
});

t.test('an empty folder where the data belongs is a place to begin', async (t) => {
  const dataFolder = await scratchFolder(t);
  await mkdir(join(dataFolder, 'postgres'));
  const owner = await startOwner(t, { dataFolder });
  await owner.up();
});

t.test('a data folder that is a file is refused', async (t) => {
  const file = join(await scratchFolder(t), 'data');
  await writeFile(file, 'a file');
  await t.rejects(startEmbeddedServer({ dataFolder: file, logger: quietLogger }), {
    name: 'ConfigurationError',
    message: /can't be used/,
  });
});

t.test('a pointer to data that is gone is refused, rather than begun anew', async (t) => {
  const dataFolder = await scratchFolder(t);
  await writeFile(join(dataFolder, 'postgres-elsewhere.json'), JSON.stringify({ folder: join(dataFolder, 'gone') }));
  const message = await refusal(t, dataFolder);
  t.match(message, /which is gone: restore it, or delete/);
});

t.test('a server that cannot start says why, with its own last words', async (t) => {
  const dataFolder = join(await scratchFolder(t), 'data');
  const settings = { shared_buffers: 'nonsense' };
  await t.rejects(startEmbeddedServer({ dataFolder, logger: quietLogger, settings }), {
    message: /did not start[^]*invalid value for parameter "shared_buffers"[^]*ended with status 1/,
  });
});

t.test('a start that is called off leaves nothing running', async (t) => {
  const dataFolder = join(await scratchFolder(t), 'data');
  const signal = AbortSignal.abort(new Error('called off'));
  await t.rejects(startEmbeddedServer({ dataFolder, logger: quietLogger, signal }), { message: 'called off' });
  t.notOk((await readdir(join(dataFolder, 'postgres'))).includes('postmaster.pid'));
});
