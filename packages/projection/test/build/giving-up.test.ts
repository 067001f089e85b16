/** What takes long is given up at once where it is not wanted any more: by PostgreSQL too. */
import { timelineView } from '@ledgerline/projector-timeline';
import { type Test, test } from 'tap';
import { cancelJob, requestRebuild, type View } from '../../src/index.ts';
import { crossing } from '../claim-events.ts';
import { appendAll } from '../embedded.ts';
import { until } from '../until.ts';
import { type BuildRig, createBuildRig } from './build-rig.ts';

/** A view whose proof takes ten minutes of PostgreSQL's time. */
function slowlyProven(): View {
  const { traces } = timelineView;
  if (traces === undefined) throw new Error('the timeline declares no traces');
  return { ...timelineView, traces: { ...traces, text: `select t.* from (${traces.text}) t, pg_sleep(600)` } };
}

async function checkingRig(t: Test): Promise<{ rig: BuildRig; id: number; stop(): Promise<void> }> {
  const rig = await createBuildRig(t);
  await appendAll(
    rig.log,
    Array.from({ length: 10 }, (_, n) => crossing({ subject: `s${n}` })),
  );
  const projection = await rig.project(slowlyProven());
  await rig.caughtUp('timeline');
  const asked = await requestRebuild(rig.pool, { view: 'timeline', promote: 'auto', dryRun: false, filter: null });
  await until(async () => (await sleepers(rig)) > 0);
  return { rig, id: asked.id ?? 0, stop: () => projection.stop() };
}

async function sleepers({ pool }: BuildRig): Promise<number> {
  const { rows } = await pool.query(
    "select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'",
  );
  return rows.length;
}

test('a projector that stops in the middle of a long proof does not wait for it', async (t) => {
  const { rig, id, stop } = await checkingRig(t);
  await stop();
  await until(async () => (await sleepers(rig)) === 0);
  t.match(await rig.job(id), { state: 'verifying', phase: 'checking', finishedAt: null }, 'left to the next');
});

test('what a cancelled rebuild was about is given up, and what it has built is gone', async (t) => {
  const { rig, id } = await checkingRig(t);
  t.match(await cancelJob(rig.pool, id), { changed: true });
  await until(async () => (await sleepers(rig)) === 0);
  await until(async () => (await rig.schemas()).join() === 'timeline_g1');
});
