/** Migrations run once, in order, whoever runs them, and never over what they don't know. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freshDatabase, quietLogger } from '@ledgerline/testkit';
import t from 'tap';
import { createPool, migrate } from '../src/index.ts';
import { scratchFolder } from './fixtures/embedded-owner.ts';

const FILES = {
  '0001-notes.sql': 'create table note (number int primary key);',
  '0002-texts.sql': "alter table note add text text;\ninsert into note values (1, 'of the second');",
};

async function folderOf(t: Parameters<typeof scratchFolder>[0], files: Readonly<Record<string, string>>): Promise<URL> {
  const folder = join(await scratchFolder(t), 'migrations');
  await mkdir(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return pathToFileURL(folder);
}

t.test('every file is applied once, in order, in the schema', async (t) => {
  const { pool } = await freshDatabase(t);
  const folder = await folderOf(t, FILES);
  await migrate(pool, { schema: 'log', folder });
  await migrate(pool, { schema: 'log', folder });
  t.same((await pool.query('select * from log.note')).rows, [{ number: 1, text: 'of the second' }]);
  const { rows } = await pool.query('select number, file from log.migrations order by number');
  t.same(rows, [
    { number: 1, file: '0001-notes.sql' },
    { number: 2, file: '0002-texts.sql' },
  ]);
});

t.test('two schemas have their own migrations', async (t) => {
  const { pool } = await freshDatabase(t);
  await migrate(pool, { schema: 'log', folder: await folderOf(t, FILES) });
  await migrate(pool, {
    schema: 'projection',
    folder: await folderOf(t, { '0001-other.sql': 'create table other ();' }),
  });
  t.same((await pool.query("select to_regclass('projection.note') as found")).rows, [{ found: null }]);
});

t.test('five at once, of pools of their own, apply each file once', async (t) => {
  const { connection, pool } = await freshDatabase(t);
  const folder = await folderOf(t, FILES);
  const pools = [1, 2, 3, 4, 5].map(() => createPool({ connection, applicationName: 'migrate', max: 1 }, quietLogger));
  await Promise.all(pools.map((each) => migrate(each, { schema: 'log', folder })));
  await Promise.all(pools.map((each) => each.end()));
  t.same((await pool.query('select count(*) as count from log.note')).rows, [{ count: 1 }]);
});

t.test('a file that fails leaves those before it, and goes on from there once mended', async (t) => {
  const { pool } = await freshDatabase(t);
  const folder = await folderOf(t, { ...FILES, '0003-broken.sql': 'create table half (); selekt;' });
  await t.rejects(migrate(pool, { schema: 'log', folder }), { code: '42601' });
  t.same((await pool.query("select count(*) as count, to_regclass('log.half') as half from log.migrations")).rows, [
    { count: 2, half: null },
  ]);
  await writeFile(new URL(`${folder.href}/0003-broken.sql`), 'create table whole ();');
  await migrate(pool, { schema: 'log', folder });
  t.same((await pool.query('select count(*) as count from log.migrations')).rows, [{ count: 3 }]);
});

t.test('a file changed after it was applied is refused by name', async (t) => {
  const { pool } = await freshDatabase(t);
  const folder = await folderOf(t, FILES);
  await migrate(pool, { schema: 'log', folder });
  await writeFile(new URL(`${folder.href}/0001-notes.sql`), FILES['0001-notes.sql'].replaceAll('\n', '\r\n'));
  await migrate(pool, { schema: 'log', folder });
  await writeFile(new URL(`${folder.href}/0001-notes.sql`), 'create table note (number bigint primary key);');
  await writeFile(new URL(`${folder.href}/0003-more.sql`), 'create table more ();');
  await t.rejects(migrate(pool, { schema: 'log', folder }), {
    name: 'ConfigurationError',
    message: /0001-notes\.sql of schema log was changed/,
  });
  t.same(
    (await pool.query("select to_regclass('log.more') as more")).rows,
    [{ more: null }],
    'and nothing else is done',
  );
});

t.test('a database migrated by a newer version is refused', async (t) => {
  const { pool } = await freshDatabase(t);
  const folder = await folderOf(t, FILES);
  await migrate(pool, { schema: 'log', folder });
  await rm(new URL(`${folder.href}/0002-texts.sql`));
  await t.rejects(migrate(pool, { schema: 'log', folder }), {
    name: 'ConfigurationError',
    message: /has migration 0002-texts\.sql, which this version does not know/,
  });
});

t.test('a gap in the numbers, a double number and a renamed file are refused', async (t) => {
  const { pool } = await freshDatabase(t);
  const gap = await folderOf(t, { '0001-notes.sql': '', '0003-later.sql': '' });
  await t.rejects(migrate(pool, { schema: 'log', folder: gap }), { message: /0003-later\.sql: expected number 2/ });
  const double = await folderOf(t, { '0001-one.sql': '', '0001-other.sql': '' });
  await t.rejects(migrate(pool, { schema: 'log', folder: double }), { message: /0001-other\.sql: expected number 2/ });
  const folder = await folderOf(t, FILES);
  await migrate(pool, { schema: 'log', folder });
  await rename(new URL(`${folder.href}/0002-texts.sql`), new URL(`${folder.href}/0002-words.sql`));
  await t.rejects(migrate(pool, { schema: 'log', folder }), {
    message: /0002-texts\.sql where this version has 0002-words\.sql/,
  });
});
