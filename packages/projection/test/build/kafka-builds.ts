/** Builds from a log in Kafka, where partitions are shared out and read otherwise than in PostgreSQL. */
import type { LedgerEvent } from '@ledgerline/events';
import type { EventLog } from '@ledgerline/log';
import { timelineView } from '@ledgerline/projector-timeline';
import type { Pool } from 'pg';
import type { Test } from 'tap';
import { requestRebuild, rollBackView } from '../../src/index.ts';
import { afterWriting, capitals } from '../after-writing.ts';
import { correction, crossing, crossingData, link } from '../claim-events.ts';
import { appendAll } from '../embedded.ts';
import { dumpOf } from '../run-view.ts';
import { until } from '../until.ts';
import { type BuildRig, createBuildRig } from './build-rig.ts';

type OpenLog = (t: Test, pool: Pool) => Promise<EventLog<LedgerEvent>>;

const claims = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, n) => crossing({ subject: `${prefix}${n}` }));

async function filledRig(t: Test, openLog: OpenLog): Promise<BuildRig> {
  const rig = await createBuildRig(t, (pool) => openLog(t, pool));
  await appendAll(rig.log, [
    ...claims('s', 50),
    correction({ subject: 's3' }, crossingData({ title: 'Fewer crossed' })),
    link({ subject: 's3' }, 'updates', 's5'),
    crossing({ subject: 'june' }, { occurred: { edtf: '2022-06', basis: 'stated' } }),
  ]);
  return rig;
}

/** Appends until the returned function is called, which gives how many claims that were. */
function keepWriting({ log }: BuildRig): () => Promise<number> {
  let [written, isWanted] = [0, true];
  const writing = (async () => {
    for (; isWanted; written += 1) await appendAll(log, claims(`w${written}-`, 1));
  })();
  return async () => {
    isWanted = false;
    await writing;
    return written;
  };
}

/** A view whose code changed is built beside the old one, and both programs go on. */
export async function newVersion(t: Test, openLog: OpenLog): Promise<void> {
  const rig = await filledRig(t, openLog);
  await rig.project(timelineView);
  await rig.caughtUp('timeline');
  const stopWriting = keepWriting(rig);
  const next: typeof timelineView = {
    ...timelineView,
    version: timelineView.version + 1,
    prepare: afterWriting(timelineView, async (tx) => await tx.query({ text: capitals })),
  };
  await rig.project(next);
  t.match(await rig.jobIn(1, ['promoted'], 60_000), { cause: 'version', version: next.version });
  const written = await stopWriting();
  await rig.caughtUp('timeline', 2);
  await rig.caughtUp('timeline', 1);
  const titlesOf = async (generation: number) =>
    (
      await rig.pool.query<{ titles: string[]; count: number }>(
        `select array_agg(distinct title order by title) as titles, count(distinct subject) as count
         from timeline_g${generation}.versions`,
      )
    ).rows;
  const count = 51 + written;
  t.strictSame(await titlesOf(2), [{ titles: ['FEWER CROSSED', 'PEOPLE CROSSED'], count }]);
  t.strictSame(await titlesOf(1), [{ titles: ['Fewer crossed', 'People crossed'], count }]);
  t.match(await rollBackView(rig.pool, 'timeline'), { kind: 'rolled-back', generation: 1 });
}

/** The claims a filter names are made anew in place, while others are written. */
export async function partialRebuild(t: Test, openLog: OpenLog): Promise<void> {
  const rig = await filledRig(t, openLog);
  await rig.project(timelineView);
  await rig.caughtUp('timeline');
  const right = await dumpOf(rig.pool, timelineView);
  await rig.pool.query(`
    delete from timeline_g1.versions where subject = 's3' and version = 2;
    update timeline_g1.versions set title = 'Nobody' where subject in ('s3', 'june')`);
  const stopWriting = keepWriting(rig);
  for (const [filter, differences] of [
    [{ subject: 's3' }, { missing: 1, changed: 1, extra: 0 }],
    [{ month: '2022-06' }, { missing: 0, changed: 1, extra: 0 }],
  ] as const) {
    const asked = await requestRebuild(rig.pool, { view: 'timeline', promote: 'auto', dryRun: false, filter });
    if (asked.kind !== 'asked') throw new Error('one is running');
    await until(async () => (await rig.job(asked.id)).finishedAt !== null, 60_000);
    t.match(await rig.job(asked.id), { state: 'ready', kind: 'partial', differences });
  }
  t.ok((await stopWriting()) > 0);
  const rows = new Set(await dumpOf(rig.pool, timelineView));
  t.strictSame(
    right.filter((row) => !rows.has(row)),
    [],
  );
  t.notOk([...rows].some((row) => row.includes('Nobody')));
}
