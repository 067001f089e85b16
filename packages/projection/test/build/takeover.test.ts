import { timelineView } from '@ledgerline/projector-timeline';
import { freshDatabase, startService, type TestService } from '@ledgerline/testkit';
import tap from 'tap';
import { cancelJob, type Job, readJobs, requestRebuild } from '../../src/index.ts';
import { correction, crossing, crossingData, link, retraction } from '../claim-events.ts';
import { appendAll, embeddedLog } from '../embedded.ts';
import { dumpOf } from '../run-view.ts';
import { until } from '../until.ts';
import { createPhaseGate } from './phase-gate.ts';

/** Real processes, killed with -9 at the very moment at which they begin a phase. */
const { pool, url } = await freshDatabase(tap);
const log = embeddedLog(tap, pool, 2);
await appendAll(log, [
  ...Array.from({ length: 2_600 }, (_, n) => crossing({ subject: `s${n}` })),
  correction({ subject: 's3' }, crossingData({ title: 'Fewer crossed' })),
  link({ subject: 's4' }, 'updates', 's5'),
  retraction({ subject: 's6' }),
]);
const running: TestService[] = [];
const start = async () => {
  const child = await startService(tap, 'projector-timeline', { DATABASE_URL: url });
  await child.ready(60_000);
  running.push(child);
};
await start();
const gate = await createPhaseGate(tap, pool);

const liveNow = async () =>
  (await pool.query<{ live: number }>("select live from projection.views where view = 'timeline'")).rows[0]?.live ?? 0;
const jobNow = async (id: number): Promise<Job> => {
  const [job] = await readJobs(pool, { id });
  if (job === undefined) throw new Error('no job');
  return job;
};
const ask = async (): Promise<number> => {
  const asked = await requestRebuild(pool, { view: 'timeline', promote: 'auto', dryRun: false, filter: null });
  if (asked.kind === 'running') throw new Error('one is running');
  return asked.id;
};
async function waitsToCancel(): Promise<boolean> {
  const { rows } = await pool.query(
    "select from pg_stat_activity where wait_event_type = 'Lock' and query like '%''cancelled''%' and datname = current_database()",
  );
  return rows.length > 0;
}
async function over(id: number): Promise<Job> {
  await until(async () => (await jobNow(id)).finishedAt !== null, 60_000).catch(async () => {
    throw new Error(`not over: ${JSON.stringify(await jobNow(id))}`);
  });
  return await jobNow(id);
}
const caughtUp = async (generation: number) => {
  const ends = (await log.ends()).join();
  await until(async () => {
    const { rows } = await pool.query<{ offsets: string }>(
      `select string_agg(next_offset::text, ',' order by partition) as offsets from projection.checkpoints
       where view = 'timeline' and generation = $1`,
      [generation],
    );
    return rows[0]?.offsets === ends;
  }, 60_000);
};
await caughtUp(1);

const phases = ['filling', 'mid-fill', 'indexing', 'catching-up', 'checking', 'comparing', 'promoting'] as const;

/** Two stand by at any time; one that was killed is replaced while the next thing is tried. */
let replacing = start();

async function killBuilderOf(id: number): Promise<void> {
  await replacing;
  const { owner } = await jobNow(id);
  const builder = running.find(({ pid }) => owner?.split(':')[1] === String(pid));
  if (builder === undefined) throw new Error(`nobody is ${owner}`);
  running.splice(running.indexOf(builder), 1);
  await builder.kill();
  replacing = start();
}

for (const phase of phases) {
  tap.test(`cancelled as it begins ${phase}, a rebuild leaves nothing`, async (t) => {
    const before = await liveNow();
    await gate.close(phase);
    const id = await ask();
    await gate.reached();
    let isOver = false;
    const cancelled = cancelJob(pool, id).finally(() => {
      isOver = true;
    });
    // In the queue behind the builder's own word, where that is what stands at the gate.
    await until(async () => isOver || (await waitsToCancel()));
    await gate.open();
    const outcome = await cancelled;
    // At the pointer itself either may be first; what must not be is both.
    if (phase === 'promoting' && outcome?.changed === false) {
      t.equal(outcome.job.state, 'promoted');
      t.ok((await liveNow()) > before);
    } else {
      t.match(outcome, { changed: true, job: { state: 'cancelled' } });
      t.equal(await liveNow(), before);
    }
    await until(async () => {
      const { rows } = await pool.query(
        "select from projection.generations where view = 'timeline' and state not in ('live', 'kept')",
      );
      return rows.length === 0;
    });
  });

  tap.test(
    `the next one, its builder killed as it begins ${phase}, is taken up by another process and ended`,
    async (t) => {
      const before = await liveNow();
      await gate.close(phase);
      const id = await ask();
      await gate.reached();
      await killBuilderOf(id);
      await gate.open();
      const job = await over(id);
      t.match(job, { state: 'promoted', reason: null, differences: { missing: 0, extra: 0, changed: 0 } });
      t.equal(job.attempts.length, 2);
      t.equal(job.attempts[1]?.from, 'checkpoints');
      if (phase === 'mid-fill')
        t.ok((job.attempts[1]?.events ?? 0) > 0, `it goes on after ${job.attempts[1]?.events} events`);
      if (phase === 'promoting') {
        const entered = await gate.entered(id);
        t.equal(
          entered.filter((one) => one === 'comparing').length,
          1,
          `what was proven is not compared again: ${entered}`,
        );
      }
      const live = await liveNow();
      t.ok(live > before);
      await caughtUp(live);
      await caughtUp(before);
      t.same(await dumpOf(pool, timelineView, live), await dumpOf(pool, timelineView, before));
    },
  );
}

tap.test('killed in the middle of making an index, the next one waits for it and goes on', async (t) => {
  const before = await liveNow();
  await gate.close('mid-index');
  const id = await ask();
  // Two at a time.
  await until(async () => (await indexing()).length === 2, 30_000);
  await killBuilderOf(id);
  const orphans = await indexing();
  t.equal(orphans.length, 2, 'PostgreSQL goes on with them');
  await until(async () => (await indexing()).some((pid) => !orphans.includes(pid)), 30_000);
  await gate.open();
  const job = await over(id);
  t.match(job, { state: 'promoted', reason: null, differences: { missing: 0, extra: 0, changed: 0 } });
  t.ok((await liveNow()) > before);
  await replacing;
});

/** Who makes an index, or waits to. */
async function indexing(): Promise<number[]> {
  const { rows } = await pool.query<{ pid: number }>(
    `select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()
     and (query like 'create index%' or query like '%ledgerline index%')`,
  );
  return rows.map(({ pid }) => pid);
}
