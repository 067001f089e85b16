/** Faults of the database that pass, each really made to happen in the middle of a batch: no event is parked for them. */
import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPool } from '@ledgerline/database';
import { quietLogger, startPostgres } from '@ledgerline/testkit';
import { type Test, test } from 'tap';
import { statement } from './claim-events.ts';
import { createFeedLog } from './feed-log.ts';
import { createPlainView, titleOf } from './plain-view.ts';
import { type RunningView, runView } from './run-view.ts';

const one = { partitions: 1 };

async function parkedIn({ pool }: RunningView): Promise<unknown[]> {
  return (await pool.query('select "offset", reason, message from projection.parked')).rows;
}

/** A view that runs `statement` once for the event titled `x`, among others. */
async function runWith(t: Test, statementOnce: string) {
  const feed = createFeedLog(one);
  let failing = true;
  const view = createPlainView((event) => {
    if (titleOf(event) !== 'x' || !failing) return undefined;
    failing = false;
    return statementOnce;
  });
  const run = await runView(t, view, { feed });
  for (let n = 0; n < 5; n++) feed.put(statement({ subject: `s${n}` }, { title: n === 2 ? 'x' : `${n}` }));
  return { feed, run };
}

async function passes(t: Test, { feed, run }: Awaited<ReturnType<typeof runWith>>, state: string): Promise<void> {
  t.match(await feed.deliver(0), { code: state });
  t.same(await parkedIn(run), []);
  t.equal(feed.next(0), 0, 'the checkpoint has not moved');
  await feed.deliverAll();
  t.same(await parkedIn(run), []);
  t.equal((await run.rows('applied')).length, 5);
}

test('a statement over its time', async (t) => {
  await passes(t, await runWith(t, 'set local statement_timeout = 50; select pg_sleep(10)'), '57014');
});

test('a connection that is cut', async (t) => {
  await passes(t, await runWith(t, 'select pg_terminate_backend(pg_backend_pid())'), '57P01');
});

test('a deadlock', async (t) => {
  const running = await runWith(
    t,
    'update public.locks set n = n where id = 1; select public.meet(); update public.locks set n = n where id = 2',
  );
  const { pool } = running.run;
  await pool.query('create table public.locks (id int primary key, n int)');
  await pool.query('insert into public.locks values (1, 0), (2, 0)');
  // Returns when the other one waits for what we hold: then asking for what it holds closes the circle.
  await pool.query(`create function public.meet() returns void language plpgsql as $$
    begin
      while not exists (
        select from pg_locks join pg_stat_activity using (pid) where not granted and datname = current_database()
      ) loop
        perform pg_sleep(0.01);
        perform pg_stat_clear_snapshot();
      end loop;
    end $$`);
  const other = await pool.connect();
  // The one that notices is the one that gives up: this one notices late.
  await other.query("begin; set local deadlock_timeout = '60s'; update public.locks set n = n where id = 2");
  const begun = async () =>
    (
      await pool.query(
        "select from pg_stat_activity where query like '%public.meet%' and datname = current_database() and pid <> pg_backend_pid()",
      )
    ).rowCount;
  const applying = passes(t, running, '40P01');
  while ((await begun()) === 0) await new Promise((resolve) => setImmediate(resolve));
  await other.query('update public.locks set n = n where id = 1');
  await other.query('rollback');
  other.release();
  await applying;
});

test('a disk without room, until there is some', async (t) => {
  const postgres = await startPostgres(t);
  const disk = join(postgres.dataFolder, 'small-disk');
  await mkdir(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    return t.pass('a full disk', {
      skip: 'NOT RUN: a small disk can only be mounted by root, where mounting is permitted',
    });
  }
  t.teardown(() => void execFileSync('umount', ['--lazy', disk]));
  const owner = await stat(join(postgres.dataFolder, 'postgres'));
  await mkdir(join(disk, 'space'));
  await chown(join(disk, 'space'), owner.uid, owner.gid);
  await chmod(disk, 0o755);
  const pool = createPool({ connection: postgres.connection, applicationName: 'test' }, quietLogger);
  t.teardown(() => pool.end());
  await pool.query(`create tablespace small location '${join(disk, 'space')}'`);
  const plain = createPlainView();
  const view = { ...plain, tables: `${plain.tables} tablespace small` };
  const feed = createFeedLog(one);
  const database = { connection: postgres.connection, url: postgres.url, pool };
  const run = await runView(t, view, { feed, database });
  const filler = join(disk, 'filler');
  await writeFile(filler, Buffer.alloc(1_900 * 1_024)).catch(() => undefined);
  for (let n = 0; n < 2_000; n++) feed.put(statement({ subject: `s${n}`.padEnd(100, 'x') }));
  let fault: Error | null = null;
  // Fewer subjects than make a view suspect: each of them would be parked.
  while (fault === null && feed.next(0) < 2_000) fault = await feed.deliver(0, 10);
  t.match(fault, { code: '53100' });
  t.same(await parkedIn(run), []);
  t.match(run.projection.state(), { ready: false, reason: /No space left on device/ });
  await rm(filler);
  await feed.deliverAll([100]);
  t.same(await parkedIn(run), []);
  t.equal((await run.rows('applied')).length, 2_000);
  t.ok(run.projection.state().ready);
});
