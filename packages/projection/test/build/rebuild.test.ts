import { timelineView } from '@ledgerline/projector-timeline';
import { type Test, test } from 'tap';
import {
  cancelJob,
  createViewReader,
  requestPromotion,
  requestRebuild,
  rollBackView,
  schemaOf,
} from '../../src/index.ts';
import { afterWriting, capitals } from '../after-writing.ts';
import { correction, crossing, crossingData, link, retraction } from '../claim-events.ts';
import { appendAll } from '../embedded.ts';
import { dumpOf } from '../run-view.ts';
import { until } from '../until.ts';
import { type BuildRig, createBuildRig } from './build-rig.ts';

const claims = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => crossing({ subject: `s${from + n}` }));

async function filledRig(t: Test, count = 200): Promise<BuildRig> {
  const rig = await createBuildRig(t);
  await appendAll(rig.log, [
    ...claims(0, count),
    correction({ subject: 's3' }, crossingData({ title: 'Fewer crossed' })),
    link({ subject: 's4' }, 'updates', 's5'),
    retraction({ subject: 's6' }),
  ]);
  return rig;
}

async function ask(rig: BuildRig, options: { promote?: 'auto' | 'manual'; dryRun?: boolean } = {}): Promise<number> {
  const { promote = 'auto', dryRun = false } = options;
  const asked = await requestRebuild(rig.pool, { view: 'timeline', promote, dryRun, filter: null });
  if (asked.kind !== 'asked') throw new Error('a rebuild is running');
  return asked.id;
}

const liveOf = async ({ pool }: BuildRig) =>
  (await pool.query<{ live: number }>("select live from projection.views where view = 'timeline'")).rows[0]?.live;

test('a rebuild under writes is equal to what grew live, and no reader ever sees an older position', async (t) => {
  const rig = await filledRig(t);
  await rig.project(timelineView);
  await rig.caughtUp('timeline');
  const reader = createViewReader(rig.pool, { debug: () => undefined });
  t.teardown(() => reader.close());
  const writing = new AbortController();
  let written = 200;
  const writer = (async () => {
    for (; !writing.signal.aborted; written += 20) await appendAll(rig.log, claims(written, written + 20));
  })();
  const positions: number[][] = [];
  const polling = (async () => {
    while (!writing.signal.aborted) positions.push([...((await reader.readNow('timeline'))?.offsets ?? [])]);
  })();
  const job = await rig.jobIn(await ask(rig), ['promoted', 'failed']);
  t.match(job, { state: 'promoted', reason: null, differences: { missing: 0, extra: 0, changed: 0 } });
  t.ok((job.differences?.expected ?? 0) > 200);
  writing.abort();
  await Promise.all([writer, polling]);
  const falls = positions.filter((at, n) =>
    at.some((offset, partition) => offset < (positions[n - 1]?.[partition] ?? 0)),
  );
  t.same(falls, []);
  t.ok(positions.length > 20, `${positions.length} reads`);
  await rig.caughtUp('timeline');
  await rig.caughtUp('timeline', 1);
  t.equal(await liveOf(rig), 2);
  t.same(await dumpOf(rig.pool, timelineView, 2), await dumpOf(rig.pool, timelineView, 1));
  const indexes = async (generation: number) => {
    const found = await rig.pool.query<{ indexname: string }>(
      'select indexname from pg_indexes where schemaname = $1 order by 1',
      [schemaOf('timeline', generation)],
    );
    return found.rows.map(({ indexname }) => indexname);
  };
  t.same(await indexes(2), await indexes(1));
});

test('the generation before is kept in step, so that a rollback loses nothing; the one before that is dropped', async (t) => {
  const rig = await filledRig(t);
  await rig.project(timelineView);
  t.same(await rollBackView(rig.pool, 'timeline'), { kind: 'no-earlier-generation' });
  await rig.jobIn(await ask(rig), ['promoted']);
  await appendAll(rig.log, claims(300, 320));
  await rig.caughtUp('timeline');
  t.same(await rollBackView(rig.pool, 'timeline'), { kind: 'rolled-back', generation: 1 });
  await appendAll(rig.log, claims(320, 340));
  await rig.caughtUp('timeline', 1);
  await rig.caughtUp('timeline', 2);
  t.same(await dumpOf(rig.pool, timelineView, 1), await dumpOf(rig.pool, timelineView, 2));
  await rig.jobIn(await ask(rig), ['promoted']);
  t.equal(await liveOf(rig), 3);
  await until(async () => (await rig.schemas()).join() === 'timeline_g1,timeline_g3');
});

test('`manual` waits and follows the log until it is promoted', async (t) => {
  const rig = await filledRig(t);
  await rig.project(timelineView);
  const id = await ask(rig, { promote: 'manual' });
  const ready = await rig.jobIn(id, ['ready']);
  t.equal(ready.finishedAt, null);
  await appendAll(rig.log, claims(300, 330));
  await rig.caughtUp('timeline', 2);
  t.equal(await liveOf(rig), 1);
  t.match(await requestPromotion(rig.pool, id, false), { changed: true });
  await rig.jobIn(id, ['promoted']);
  t.equal(await liveOf(rig), 2);
  t.match(await requestPromotion(rig.pool, id, false), { changed: false }, 'it is over');
});

test('of two rebuilds asked for at once, one is; another can follow it', async (t) => {
  const rig = await filledRig(t);
  await rig.project(timelineView);
  const request = { view: 'timeline', promote: 'manual', dryRun: false, filter: null } as const;
  const asked = await Promise.all(Array.from({ length: 5 }, () => requestRebuild(rig.pool, request)));
  const ids = asked.flatMap((answer) => (answer.kind === 'asked' ? [answer.id] : []));
  t.equal(ids.length, 1);
  t.ok(asked.every(({ id }) => id === ids[0]));
  t.match(await cancelJob(rig.pool, ids[0] ?? 0), { changed: true });
  await rig.jobIn(await ask(rig), ['promoted']);
});

const shouting = afterWriting(timelineView, async (tx) => await tx.query({ text: capitals }));

test('a dry run says what would become different and leaves nothing', async (t) => {
  const rig = await filledRig(t, 20);
  await rig.project(timelineView);
  await rig.caughtUp('timeline');
  await rig.pool.query("delete from timeline_g1.versions where subject = 's7'");
  const id = await ask(rig, { dryRun: true });
  await until(async () => (await rig.job(id)).finishedAt !== null);
  t.match(await rig.job(id), { state: 'ready', phase: 'done', differences: { missing: 1 } });
  t.equal(await liveOf(rig), 1);
  await until(async () => (await rig.schemas()).join() === 'timeline_g1');
});

test('a new version of the view is built beside the old one, which is read until then, without being asked', async (t) => {
  const rig = await filledRig(t, 50);
  const old = await rig.project(timelineView);
  await rig.caughtUp('timeline');
  const before = await dumpOf(rig.pool, timelineView, 1);
  await old.stop();
  const next = { ...timelineView, version: timelineView.version + 1, prepare: shouting };
  await rig.project(next);
  t.equal(await liveOf(rig), 2);
  t.match(await rig.job(1), { cause: 'version', state: 'promoted', version: next.version });
  t.same(await dumpOf(rig.pool, timelineView, 1), before, 'the old rows stay as they were');
  const { rows } = await rig.pool.query("select title from timeline_g2.versions where subject = 's0'");
  t.same(rows, [{ title: 'PEOPLE CROSSED' }]);
  await appendAll(rig.log, claims(100, 110));
  await rig.caughtUp('timeline');
  t.match(
    await rollBackView(rig.pool, 'timeline', 300),
    { kind: 'behind', generation: 1, isOtherVersion: true },
    'nobody feeds the old version',
  );
});
