import { timelineView } from '@ledgerline/projector-timeline';
import { type Test, test } from 'tap';
import { type Job, type JobFilter, requestRebuild } from '../../src/index.ts';
import { correction, crossing, crossingData, figureOf, link } from '../claim-events.ts';
import { appendAll } from '../embedded.ts';
import { dumpOf } from '../run-view.ts';
import { until } from '../until.ts';
import { type BuildRig, createBuildRig } from './build-rig.ts';

async function filledRig(t: Test): Promise<BuildRig> {
  const rig = await createBuildRig(t);
  await appendAll(rig.log, [
    ...Array.from({ length: 30 }, (_, n) => crossing({ subject: `s${n}` })),
    crossing({ subject: 'lv' }, { quantities: [figureOf(9, { border: 'BY-LV' })] }),
    crossing({ subject: 'june' }, { occurred: { edtf: '2022-06', basis: 'stated' } }),
    correction({ subject: 's3' }, crossingData({ title: 'Fewer crossed' })),
    link({ subject: 's3' }, 'updates', 's5'),
  ]);
  await rig.project(timelineView);
  await rig.caughtUp('timeline');
  return rig;
}

async function rebuilt(rig: BuildRig, filter: JobFilter, dryRun = false): Promise<Job> {
  const asked = await requestRebuild(rig.pool, { view: 'timeline', promote: 'auto', dryRun, filter });
  if (asked.kind === 'running') throw new Error('one is running');
  await until(async () => (await rig.job(asked.id)).finishedAt !== null);
  return await rig.job(asked.id);
}

test('the rows of one subject are made anew in place, and no others', async (t) => {
  const rig = await filledRig(t);
  const right = await dumpOf(rig.pool, timelineView);
  await rig.pool.query("delete from timeline_g1.versions where subject = 's3' and version = 2");
  await rig.pool.query("update timeline_g1.versions set title = 'Nobody' where subject in ('s3', 's4')");
  const dry = await rebuilt(rig, { subject: 's3' }, true);
  t.match(dry, { state: 'ready', kind: 'partial', differences: { missing: 1, changed: 1, extra: 0 } });
  const done = await rebuilt(rig, { subject: 's3' });
  t.match(done, { state: 'ready', phase: 'done', differences: { missing: 1, changed: 1, extra: 0 } });
  const after = await dumpOf(rig.pool, timelineView);
  const wrong = after.filter((row, n) => row !== right[n]);
  t.ok(
    wrong.every((row) => row.includes('"s4"')),
    'what was not named stays as it is',
  );
  t.match(await rebuilt(rig, { subject: 's4' }), { differences: { changed: 1 } });
  t.same(await dumpOf(rig.pool, timelineView), right);
  const { rows } = await rig.pool.query<{ live: number }>('select live from projection.views');
  t.same(rows, [{ live: 1 }]);
  await until(async () => (await rig.schemas()).join() === 'timeline_g1');
});

for (const [what, filter, subject] of [
  ['a country', { country: 'LV' }, 'lv'],
  ['a month', { month: '2022-06' }, 'june'],
] as const) {
  test(`the claims of ${what} are made anew`, async (t) => {
    const rig = await filledRig(t);
    const right = await dumpOf(rig.pool, timelineView);
    await rig.pool.query("update timeline_g1.versions set title = 'Nobody' where subject = $1", [subject]);
    t.match(await rebuilt(rig, filter), { state: 'ready', differences: { expected: 1, changed: 1 } });
    t.same(await dumpOf(rig.pool, timelineView), right);
  });
}

test('rows of a subject that the log does not know are taken away', async (t) => {
  const rig = await filledRig(t);
  const right = await dumpOf(rig.pool, timelineView);
  await rig.pool.query(
    "create temp table ghost as select * from timeline_g1.versions where subject = 's1'; update ghost set subject = 'ghost'; insert into timeline_g1.versions select * from ghost",
  );
  t.match(await rebuilt(rig, { subject: 'ghost' }), { state: 'ready', differences: { extra: 1 } });
  t.same(await dumpOf(rig.pool, timelineView), right);
});

test('also while others write, and in the generation that is kept', async (t) => {
  const rig = await filledRig(t);
  const asked = await requestRebuild(rig.pool, { view: 'timeline', promote: 'auto', dryRun: false, filter: null });
  await rig.jobIn(asked.id ?? 0, ['promoted']);
  await rig.caughtUp('timeline', 1);
  for (const generation of [1, 2]) {
    await rig.pool.query(`update timeline_g${generation}.versions set title = 'Nobody' where subject = 's9'`);
  }
  const writing = (async () => {
    for (let n = 0; n < 10; n++) {
      await appendAll(
        rig.log,
        Array.from({ length: 20 }, (_, m) => crossing({ subject: `w${n}-${m}` })),
      );
    }
  })();
  t.match(await rebuilt(rig, { subject: 's9' }), { state: 'ready', differences: { changed: 1 } });
  await writing;
  await rig.caughtUp('timeline');
  await rig.caughtUp('timeline', 1);
  const rows = await dumpOf(rig.pool, timelineView, 2);
  t.same(await dumpOf(rig.pool, timelineView, 1), rows);
  t.notOk(rows.some((row) => row.includes('Nobody')));
});
