import { timelineView } from '@ledgerline/projector-timeline';
import { test } from 'tap';
import { readJobs } from '../../src/build/job.ts';
import { projectionCheck, requestVerification } from '../../src/index.ts';
import { correction, crossing, crossingData, link, retraction, statement } from '../claim-events.ts';
import { appendAll } from '../embedded.ts';
import { until } from '../until.ts';
import { createBuildRig } from './build-rig.ts';

const claims = (count: number) => Array.from({ length: count }, (_, n) => crossing({ subject: `s${n}` }));

async function verified(rig: Awaited<ReturnType<typeof createBuildRig>>) {
  const request = await requestVerification(rig.pool, ['timeline']);
  const find = async () => (await readJobs(rig.pool, { request }))[0];
  await until(async () => (await find())?.finishedAt !== null);
  const job = await find();
  if (job === undefined) throw new Error('no job');
  return job;
}

test('a view that follows from its log has no differences, and no generation is left over', async (t) => {
  const rig = await createBuildRig(t);
  await appendAll(rig.log, [
    ...claims(60),
    statement({ subject: 'x1' }),
    correction({ subject: 's3' }, crossingData({ title: 'Fewer crossed' })),
    link({ subject: 's4' }, 'updates', 's5'),
    retraction({ subject: 's6' }, 'unlawful'),
  ]);
  await rig.project(timelineView);
  await rig.caughtUp('timeline');
  const job = await verified(rig);
  t.match(job, { state: 'ready', reason: null, differences: { missing: 0, extra: 0, changed: 0, examples: [] } });
  t.equal(job.differences?.expected, job.differences?.found);
  t.ok((job.differences?.expected ?? 0) >= 64, `${job.differences?.expected} rows`);
  t.same(job.verified?.offsets, await rig.log.ends());
  await until(async () => (await rig.schemas()).join() === 'timeline_g1');
});

test('a deleted, a doubled and a changed row are named with what is wrong with them', async (t) => {
  const rig = await createBuildRig(t);
  await appendAll(rig.log, claims(40));
  await rig.project(timelineView);
  await rig.caughtUp('timeline');
  await rig.pool.query("delete from timeline_g1.versions where subject = 's7'");
  await rig.pool.query(
    "create temp table doubled as select * from timeline_g1.versions where subject = 's8'; update doubled set version = 2; insert into timeline_g1.versions select * from doubled",
  );
  await rig.pool.query("update timeline_g1.versions set title = 'Nobody crossed' where subject = 's9'");
  const { differences, state } = await verified(rig);
  t.equal(state, 'ready');
  t.match(differences, { missing: 1, extra: 1, changed: 1, expected: 40, found: 40 });
  const named = differences?.examples.map(({ kind, table, key, columns }) => [kind, table, key, columns]);
  // In the order of their keys.
  t.same(named, [
    ['missing', 'versions', { subject: 's7', version: 1 }, []],
    ['extra', 'versions', { subject: 's8', version: 2 }, []],
    ['changed', 'versions', { subject: 's9', version: 1 }, ['title']],
  ]);
  await until(async () =>
    /ledgerline_view_differences\{view="timeline",kind="missing"\} 1/.test(await rig.registry.metrics()),
  );
});

test('a view whose rule does not do what it says fails by the log itself', async (t) => {
  const rig = await createBuildRig(t);
  await appendAll(rig.log, claims(10));
  // Leaves out one event: both builds agree, and both are wrong.
  const forgetful = {
    ...timelineView,
    prepare: async (
      batch: Parameters<typeof timelineView.prepare>[0],
      tx: Parameters<typeof timelineView.prepare>[1],
    ) =>
      await timelineView.prepare({ ...batch, events: batch.events.filter(({ event }) => event.subject !== 's5') }, tx),
  };
  await rig.project(forgetful);
  await rig.caughtUp('timeline');
  const job = await verified(rig);
  t.match(job, { state: 'failed', reason: 'the rows do not follow from the log', differences: { missing: 1 } });
  t.match(job.differences?.examples, [{ kind: 'missing', table: 'log', key: { subject: 's5' } }]);
});

test('what a verification found wrong is told by health, which stays up', async (t) => {
  const rig = await createBuildRig(t);
  await appendAll(rig.log, claims(10));
  const projection = await rig.project(timelineView);
  await rig.caughtUp('timeline');
  t.equal(await projectionCheck(projection, timelineView).check(), undefined);
  await rig.pool.query("delete from timeline_g1.versions where subject = 's7'");
  await verified(rig);
  const asked = async () => await projectionCheck(projection, timelineView).check();
  await until(async () => (await asked()) === "the live rows differ from the log's: 1 missing");
});
