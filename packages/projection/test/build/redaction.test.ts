import { journalView } from '@ledgerline/projector-journal';
import { statisticsView } from '@ledgerline/projector-statistics';
import { timelineView } from '@ledgerline/projector-timeline';
import { test } from 'tap';
import { readJobs, redactClaim, requestRebuild, requestVerification, type ViewName } from '../../src/index.ts';
import { correction, crossing, link, retraction, statement, statementData } from '../claim-events.ts';
import { appendAll } from '../embedded.ts';
import { dumpOf } from '../run-view.ts';
import { until } from '../until.ts';
import { type BuildRig, createBuildRig } from './build-rig.ts';

const views = [journalView, timelineView, statisticsView];
const names: readonly ViewName[] = ['journal', 'timeline', 'statistics'];
const secret = 'Jane Doe of 7 Hidden Street';

async function filled(t: Parameters<typeof createBuildRig>[0]): Promise<BuildRig> {
  const rig = await createBuildRig(t);
  await appendAll(rig.log, [
    ...Array.from({ length: 20 }, (_, n) => crossing({ subject: `s${n}` })),
    statement({ subject: 'her' }, { title: secret, content: secret, tags: [secret] }),
    correction({ subject: 'her' }, statementData({ title: `${secret}, again` }), { note: secret }),
    link({ subject: 'her' }, 'updates', 's5'),
  ]);
  for (const view of views) await rig.project(view);
  for (const name of names) await rig.caughtUp(name);
  return rig;
}

async function over(rig: BuildRig, request: string) {
  await until(async () => (await readJobs(rig.pool, { request })).every(({ finishedAt }) => finishedAt !== null));
  return await readJobs(rig.pool, { request });
}

/** Every row of every generation there is. */
async function everything(rig: BuildRig): Promise<string> {
  const { rows } = await rig.pool.query<{ view: ViewName; generation: number }>(
    "select view, generation from projection.generations where state in ('live', 'kept')",
  );
  const dumps: string[][] = [];
  for (const { view: name, generation } of rows) {
    const view = views.find((one) => one.name === name);
    if (view !== undefined) dumps.push(await dumpOf(rig.pool, view, generation));
  }
  return dumps.flat().join('\n');
}

const request = { subject: 'her', reason: 'a court said so', by: null };

test('a redacted claim is gone from every view, the kept ones too, and stays gone over a rebuild', async (t) => {
  const rig = await filled(t);
  const rebuild = async () => {
    const asked = await requestRebuild(rig.pool, { view: 'timeline', promote: 'auto', dryRun: false, filter: null });
    t.match(await rig.jobIn(asked.id ?? 0, ['promoted', 'failed']), { state: 'promoted' });
  };
  await rebuild();
  await appendAll(rig.log, [retraction({ subject: 'her' }, 'unlawful')]);
  for (const name of names) await rig.caughtUp(name);
  await rig.caughtUp('timeline', 1);
  t.match(await everything(rig), secret, 'a retraction alone leaves the versions before it');

  const redacted = await redactClaim(rig.pool, request);
  if (redacted.kind !== 'redacted') throw new Error(redacted.kind);
  t.equal(redacted.records, 4);
  for (const job of await over(rig, redacted.request)) {
    t.match(job, { state: 'ready', kind: 'partial', cause: 'redaction' }, `${job.view}: ${job.reason}`);
  }
  t.notMatch(await everything(rig), secret);
  const { rows } = await rig.pool.query(
    `select event ->> 'redacted' as redacted, event -> 'data' ->> 'title' as title, type
     from journal_g1.events where subject = 'her' order by "offset"`,
  );
  t.equal(rows.length, 4, 'that there was something stays to be seen');
  t.match(rows[0], { redacted: 'true', title: '[redacted]', type: 'statement.issued.v1' });
  await rebuild();
  t.notMatch(await everything(rig), secret);
  for (const job of await over(rig, await requestVerification(rig.pool, names))) {
    t.match(job, { state: 'ready', differences: { missing: 0, extra: 0, changed: 0 } }, `${job.view}: ${job.reason}`);
  }
});

test('only what was retracted as unlawful is redacted, and not beside a rebuild that does not know of it', async (t) => {
  const rig = await filled(t);
  t.same(await redactClaim(rig.pool, { ...request, subject: 'nobody' }), { kind: 'unknown-claim' });
  t.same(await redactClaim(rig.pool, request), { kind: 'not-unlawful' });
  await appendAll(rig.log, [retraction({ subject: 'her' }, 'unlawful')]);
  await rig.caughtUp('journal');
  const asked = await requestRebuild(rig.pool, { view: 'timeline', promote: 'manual', dryRun: false, filter: null });
  await rig.jobIn(asked.id ?? 0, ['ready']);
  t.same(await redactClaim(rig.pool, request), { kind: 'rebuild-running', view: 'timeline' });
  const { rows } = await rig.pool.query('select * from projection.redactions');
  t.same(rows, [], 'nothing of it was done');
});
