/** A full disk is a passing fault: told as one, nothing acknowledged is lost, and it heals when there is room again. */
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, open, readdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { quietLogger, type Teardown } from '@ledgerline/testkit';
import type { Pool } from 'pg';
import t from 'tap';
import { waitUntil } from '../src/embedded/wait-until.ts';
import { createPool, type EmbeddedServer, isRetryable, startEmbeddedServer } from '../src/index.ts';
import { scratchFolder } from './fixtures/embedded-owner.ts';

/** A small disk of its own, or why there is none. */
async function smallDisk(t: Teardown, megabytes: number): Promise<string | undefined> {
  const disk = join(await scratchFolder(t), 'disk');
  await mkdir(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  t.teardown(() => void execFileSync('umount', [disk]));
  await chmod(disk, 0o755);
  return disk;
}

const NOT_MOUNTABLE = 'NOT RUN: a small disk can only be mounted by root, where mounting is permitted';

/** Takes all room but `leave` megabytes. Removing the file gives it back. */
async function fill(disk: string, leave: number): Promise<string> {
  const file = join(disk, 'filler');
  const { bavail, bsize } = await statfs(disk);
  const handle = await open(file, 'w');
  try {
    for (let left = bavail * bsize - leave * 2 ** 20; left > 0; left -= 2 ** 20)
      await handle.write(Buffer.alloc(2 ** 20));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    await handle.close();
  }
  return file;
}

async function startOnSmallDisk(t: Teardown, disk: string): Promise<{ server: EmbeddedServer; pool: Pool }> {
  const server = await startEmbeddedServer({ dataFolder: join(disk, 'data'), logger: quietLogger });
  const pool = createPool({ connection: server.connection, applicationName: 'test', max: 2 }, quietLogger);
  t.teardown(async () => {
    await pool.end();
    await server.stop();
  });
  await pool.query('create table note (number int primary key, text text)');
  return { server, pool };
}

/** Random text: what compresses takes no room. */
const INSERT = "insert into note select $1, string_agg(md5(random()::text), '') from generate_series(1, 20000)";

t.test('writes on a full disk fail retryably, and go on when there is room', async (t) => {
  const disk = await smallDisk(t, 160);
  if (disk === undefined) {
    t.pass('a full disk', { skip: NOT_MOUNTABLE });
    return;
  }
  const { server, pool } = await startOnSmallDisk(t, disk);
  const filler = await fill(disk, 6);

  const acknowledged: number[] = [];
  const faults: unknown[] = [];
  const write = async (number: number) => {
    await pool.query(INSERT, [number]);
    acknowledged.push(number);
  };
  for (let number = 0; number < 40; number++) await write(number).catch((error: unknown) => faults.push(error));
  t.ok(acknowledged.length > 0 && faults.length > 0, `${acknowledged.length} were taken, ${faults.length} were not`);
  t.same(
    faults.filter((fault) => !isRetryable(fault)),
    [],
  );

  await rm(filler);
  const healed = () =>
    write(1_000).then(
      () => true,
      () => false,
    );
  t.ok(await waitUntil(healed, 60_000), 'within 60 s of there being room');
  t.ok(await waitUntil(() => server.state() === 'running', 5_000));
  const { rows } = await pool.query<{ number: number }>('select number from note order by number');
  t.same(
    rows.map(({ number }) => number).filter((number) => acknowledged.includes(number)),
    acknowledged,
  );
});

t.test('a server that gives up because its log has no room runs again when there is', async (t) => {
  const disk = await smallDisk(t, 160);
  if (disk === undefined) {
    t.pass('a full disk', { skip: NOT_MOUNTABLE });
    return;
  }
  const { server, pool } = await startOnSmallDisk(t, disk);
  await pool.query("insert into note values (1, 'kept')");
  const filler = await fill(disk, 2);

  const faults: unknown[] = [];
  const gaveUp = async () => {
    // Goes to the write-ahead log alone.
    await pool
      .query("select pg_logical_emit_message(true, 'test', repeat('x', 1000000))")
      .catch((error: unknown) => faults.push(error));
    return server.state() === 'restarting';
  };
  t.ok(await waitUntil(gaveUp, 30_000), 'PostgreSQL ended');
  t.same(
    faults.filter((fault) => !isRetryable(fault)),
    [],
  );
  await t.rejects(pool.query('select 1'), 'there is no answer meanwhile');

  await rm(filler);
  const healed = () =>
    pool.query('select text from note').then(
      ({ rows }) => rows.length === 1,
      () => false,
    );
  t.ok(await waitUntil(healed, 60_000), 'within 60 s of there being room');
  t.ok(await waitUntil(() => server.state() === 'running', 5_000));
});

t.test('a disk too small for a data folder is said so, and nothing half-made is left', async (t) => {
  const disk = await smallDisk(t, 16);
  if (disk === undefined) {
    t.pass('a full disk', { skip: NOT_MOUNTABLE });
    return;
  }
  await t.rejects(startEmbeddedServer({ dataFolder: join(disk, 'data'), logger: quietLogger }), {
    message: /could not be made[^]*No space left on device/,
  });
  t.same(await readdir(join(disk, 'data')), []);
});
