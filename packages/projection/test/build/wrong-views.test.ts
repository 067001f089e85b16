/** A wrong view is found by its rebuild and not promoted, whichever view it is and whatever is wrong with it. */
import { journalView } from '@ledgerline/projector-journal';
import { statisticsView } from '@ledgerline/projector-statistics';
import { timelineView } from '@ledgerline/projector-timeline';
import { type Test, test } from 'tap';
import { type Job, requestPromotion, requestRebuild, type View, type ViewName } from '../../src/index.ts';
import { afterWriting } from '../after-writing.ts';
import { crossing, statement } from '../claim-events.ts';
import { appendAll } from '../embedded.ts';
import { type BuildRig, createBuildRig } from './build-rig.ts';

type Wrongs = {
  readonly view: View;
  readonly table: string;
  /** Statements about the tables of the view as it declares them. */
  readonly deleted: string;
  readonly doubled: string;
  readonly changed: string;
  readonly changedColumn: string;
  /** What a wrong rule would write over the rows, and the column it spoils. */
  readonly rule: string;
  readonly ruleColumn: string;
};

const wrongViews: readonly Wrongs[] = [
  {
    view: journalView,
    table: 'events',
    deleted: "delete from journal.events where subject = 's7'",
    doubled: `insert into journal.events (partition, "offset", recorded_at, source, id, subject, type, event, terms)
      select partition, 900, recorded_at, source, 'twice', subject, type, event, terms from journal.events where subject = 's8'`,
    changed: "update journal.events set subject = 'another' where subject = 's9'",
    changedColumn: 'subject',
    rule: "update journal.events set terms = '{}'",
    ruleColumn: 'terms',
  },
  {
    view: timelineView,
    table: 'versions',
    deleted: "delete from timeline.versions where subject = 's7'",
    doubled: `create temp table twice as select * from timeline.versions where subject = 's8';
      update twice set version = 2; insert into timeline.versions select * from twice; drop table twice`,
    changed: "update timeline.versions set title = 'Nobody' where subject = 's9'",
    changedColumn: 'title',
    rule: 'update timeline.versions set title = upper(title)',
    ruleColumn: 'title',
  },
  {
    view: statisticsView,
    table: 'figures',
    deleted: "delete from statistics.figures where subject = 's7'",
    doubled: `create temp table twice as select * from statistics.figures where subject = 's8';
      update twice set ordinal = 9; insert into statistics.figures select * from twice; drop table twice`,
    changed: "update statistics.figures set upper = 82 where subject = 's9'",
    changedColumn: 'upper',
    rule: 'update statistics.figures set lower = lower * 0.9',
    ruleColumn: 'lower',
  },
];

async function rebuilt(rig: BuildRig, view: ViewName, promote: 'auto' | 'manual' = 'auto'): Promise<Job> {
  const asked = await requestRebuild(rig.pool, { view, promote, dryRun: false, filter: null });
  if (asked.kind === 'running') throw new Error('one is running');
  return await rig.jobIn(asked.id, promote === 'auto' ? ['failed', 'promoted'] : ['ready', 'failed']);
}

async function filledRig(t: Test): Promise<BuildRig> {
  const rig = await createBuildRig(t);
  await appendAll(rig.log, [
    ...Array.from({ length: 20 }, (_, n) => crossing({ subject: `s${n}` })),
    statement({ subject: 'said' }),
  ]);
  return rig;
}

const liveOf = async ({ pool }: BuildRig, view: ViewName) =>
  (await pool.query<{ live: number }>('select live from projection.views where view = $1', [view])).rows[0]?.live;

for (const { view, table, deleted, doubled, changed, changedColumn, rule, ruleColumn } of wrongViews) {
  const { name } = view;
  const rows: readonly [what: string, sql: string, kind: 'missing' | 'extra' | 'changed', columns: string[]][] = [
    ['a deleted row', deleted, 'missing', []],
    ['a doubled row', doubled, 'extra', []],
    ['a changed row', changed, 'changed', [changedColumn]],
  ];

  test(`${name}: wrong rows are found, named, not promoted by themselves, and mended where an operator says so`, async (t) => {
    const rig = await filledRig(t);
    await rig.project(view);
    await rig.caughtUp(name);
    for (const [what, sql, kind, columns] of rows) {
      const live = await liveOf(rig, name);
      await rig.pool.query(sql.replaceAll(`${name}.${table}`, `${name}_g${live}.${table}`));
      const counts = { missing: 0, extra: 0, changed: 0, [kind]: 1 };
      const failed = await rebuilt(rig, name);
      t.match(failed, { state: 'failed', reason: /the live rows differ/, differences: counts }, what);
      t.match(failed.differences?.examples, [{ kind, table, columns }], what);
      t.equal(failed.differences?.examples.length, 1);
      t.equal(await liveOf(rig, name), live, `${what}: nothing was promoted`);
      const waiting = await rebuilt(rig, name, 'manual');
      t.match(waiting, { state: 'ready', reason: /the live rows differ/ });
      await requestPromotion(rig.pool, waiting.id, false);
      await rig.jobPast(waiting.id, 'following');
      t.equal((await rig.job(waiting.id)).state, 'ready', 'asked for without accepting the differences');
      await requestPromotion(rig.pool, waiting.id, true);
      await rig.jobIn(waiting.id, ['promoted']);
      t.not(await liveOf(rig, name), live, `${what}: mended`);
    }
    t.match(await rebuilt(rig, name), { state: 'promoted', differences: { missing: 0, extra: 0, changed: 0 } });
  });

  test(`${name}: a rule changed under the same version is found, and not promoted`, async (t) => {
    const rig = await filledRig(t);
    const first = await rig.project(view);
    await rig.caughtUp(name);
    await first.stop();
    // What a programmer may do by accident: other rows by the same version.
    await rig.project({ ...view, prepare: afterWriting(view, async (tx) => await tx.query({ text: rule })) });
    const failed = await rebuilt(rig, name);
    t.match(failed, { state: 'failed' });
    t.ok((failed.differences?.changed ?? 0) >= 20, `${failed.differences?.changed} rows`);
    // The journal says it of its traces first, by the log itself.
    const [example] = failed.differences?.examples ?? [];
    if (example?.table === table) t.ok(example.columns.includes(ruleColumn));
    else t.match(example, { table: 'log' });
    t.equal(await liveOf(rig, name), 1);
  });

  test(`${name}: a rule that leaves something out is found by the log itself`, async (t) => {
    const rig = await filledRig(t);
    // Live and rebuilt agree, and both are wrong.
    const prepare: View['prepare'] = async (batch, tx) =>
      await view.prepare({ ...batch, events: batch.events.filter(({ event }) => event.subject !== 's5') }, tx);
    await rig.project({ ...view, prepare });
    await rig.caughtUp(name);
    const failed = await rebuilt(rig, name);
    t.match(failed, { state: 'failed', reason: 'the rows do not follow from the log', differences: { missing: 1 } });
    t.match(failed.differences?.examples, [{ kind: 'missing', table: 'log', key: { subject: 's5' } }]);
    t.equal(await liveOf(rig, name), 1);
  });
}
