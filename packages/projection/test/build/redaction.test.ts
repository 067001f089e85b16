import { journalView } from '@ledgerline/projector-journal';
import { statisticsView } from '@ledgerline/projector-statistics';
import { timelineView } from '@ledgerline/projector-timeline';
import { test } from 'tap';
import { readJobs, redactClaim, requestRebuild, requestVerification, type ViewName } from '../../src/index.ts';
import { correction, crossing, figureOf, link, retraction, statement, statementData } from '../claim-events.ts';
import { appendAll } from '../embedded.ts';
import { dumpOf } from '../run-view.ts';
import { until } from '../until.ts';
import { type BuildRig, createBuildRig } from './build-rig.ts';
import { createPhaseGate } from './phase-gate.ts';

const views = [journalView, timelineView, statisticsView];
const names: readonly ViewName[] = ['journal', 'timeline', 'statistics'];
const secret = 'Jane Doe of 7 Hidden Street';

/** In every field that may say who she is. */
const everywhere = {
  title: secret,
  summary: secret,
  tags: [secret],
  occurred: { edtf: '2021-08-24', basis: 'stated', text: secret },
  places: [{ name: secret, role: 'area', countries: ['LT'] }],
  actors: [{ name: secret, kind: 'person', role: 'speaker', office: secret }],
  reports: [{ publisher: secret, publishedOn: '2021-08-25', title: secret, excerpt: secret, attribution: [secret] }],
};

async function filled(t: Parameters<typeof createBuildRig>[0]): Promise<BuildRig> {
  const rig = await createBuildRig(t);
  await appendAll(rig.log, [
    ...Array.from({ length: 20 }, (_, n) => crossing({ subject: `s${n}` })),
    statement({ subject: 'her' }, { ...everywhere, content: secret }),
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

/** Every row of every table of the database as text, bytes and search vectors too, but for the log's own records. */
async function wholeDatabase({ pool }: BuildRig): Promise<string> {
  const { rows: tables } = await pool.query<{ name: string; columns: { name: string; type: string }[] }>(
    `select a.attrelid::regclass::text as name,
       json_agg(json_build_object('name', quote_ident(a.attname), 'type', a.atttypid::regtype::text)) as columns
     from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p', 'm')
     where a.attnum > 0 and not a.attisdropped and c.relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema', 'pg_toast')
       and a.attrelid <> 'log.events'::regclass
     group by a.attrelid`,
  );
  const texts: string[] = [];
  for (const { name, columns } of tables) {
    const cells = columns.map((column) => (column.type === 'bytea' ? `encode(${column.name}, 'escape')` : column.name));
    const found = await pool.query<{ row: string }>(`select concat_ws(' ', ${cells.join(', ')}) as row from ${name}`);
    texts.push(...found.rows.map(({ row }) => `${name}: ${row}`));
  }
  return texts.join('\n');
}

/** Two words of it, as they are, folded, or as the lexemes of a search vector. */
const anyOfHer = /jane|hidden/i;

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
  const told = await rig.pool.query("select from projection.amendments where coalesce(subjects, '{null}') <> '{}'");
  t.equal(told.rowCount, 0, 'no reader is told that something became different');
});

test('nothing of a redacted claim is left anywhere in the database but in the log', async (t) => {
  const rig = await filled(t);
  const figures = [figureOf(7, { text: secret, authority: secret })];
  await appendAll(rig.log, [crossing({ subject: 'hers' }, { ...everywhere, quantities: figures })]);
  for (const name of names) await rig.caughtUp(name);
  // One that a view could not apply keeps its bytes, and so does one that was given up. (No claim's is the first place.)
  await rig.pool.query(
    `insert into projection.parked (view, generation, partition, "offset", subject, reason, message, value, recorded_at)
     values ('timeline', 1, 0, 0, 'her', 'apply-failed', $1, convert_to($1, 'UTF8'), now())`,
    [secret],
  );
  await rig.pool.query(
    `insert into projection.discarded (id, view, generation, log_id, partition, "offset", subject, reason, message, value,
       recorded_at, parked_at, attempts, discard_reason)
     values (1, 'timeline', 1, $2, 0, 0, 'her', 'apply-failed', $1, convert_to($1, 'UTF8'), now(), now(), 1, 'old')`,
    [secret, (await rig.log.describe()).logId],
  );
  for (const subject of ['her', 'hers']) await appendAll(rig.log, [retraction({ subject }, 'unlawful')]);
  for (const name of names) await rig.caughtUp(name);
  const before = await wholeDatabase(rig);
  for (const place of ['journal_g1.events', 'timeline_g1.versions', 'statistics_g1.figures', 'projection.parked']) {
    t.ok(
      before.split('\n').some((line) => line.startsWith(`${place}: `) && anyOfHer.test(line)),
      `it was in ${place}`,
    );
  }
  for (const subject of ['her', 'hers']) {
    const redacted = await redactClaim(rig.pool, { ...request, subject });
    if (redacted.kind !== 'redacted') throw new Error(redacted.kind);
    for (const job of await over(rig, redacted.request)) t.match(job, { state: 'ready' }, `${job.view}: ${job.reason}`);
  }
  const rebuilt: ViewName[] = ['journal', 'timeline', 'statistics'];
  for (const when of ['redacted', 'rebuilt']) {
    // What was built to mend is dropped in a moment.
    await until(async () => (await rig.schemas()).length === (when === 'redacted' ? 3 : 6));
    const left = (await wholeDatabase(rig)).split('\n').filter((line) => anyOfHer.test(line));
    t.strictSame(left, [], when);
    for (const view of when === 'redacted' ? rebuilt : []) {
      const asked = await requestRebuild(rig.pool, { view, promote: 'auto', dryRun: false, filter: null });
      t.match(await rig.jobIn(asked.id ?? 0, ['promoted', 'failed']), { state: 'promoted' });
    }
  }
});

test('a record that is redacted is parked without what it says', async (t) => {
  const rig = await filled(t);
  await appendAll(rig.log, [retraction({ subject: 'her' }, 'unlawful')]);
  for (const name of names) await rig.caughtUp(name);
  const redacted = await redactClaim(rig.pool, request);
  if (redacted.kind !== 'redacted') throw new Error(redacted.kind);
  await over(rig, redacted.request);
  // A program that can no longer apply her claim builds the view anew.
  const failing = {
    ...timelineView,
    version: timelineView.version + 1,
    prepare: async (
      batch: Parameters<typeof timelineView.prepare>[0],
      tx: Parameters<typeof timelineView.prepare>[1],
    ) => {
      if (batch.events.some(({ event }) => event.subject === 'her')) throw new Error('it can not');
      return await timelineView.prepare(batch, tx);
    },
  };
  await rig.project(failing);
  await until(async () => {
    const { rows } = await rig.pool.query("select from projection.parked where view = 'timeline' and subject = 'her'");
    return rows.length === 4;
  });
  const { rows } = await rig.pool.query<{ value: string }>(
    "select distinct encode(value, 'escape') as value from projection.parked where view = 'timeline'",
  );
  t.strictSame(rows, [{ value: 'redacted' }]);
});

test('a verification that began before a redaction says so, and finds no fault with the rows', async (t) => {
  const rig = await filled(t);
  await appendAll(rig.log, [retraction({ subject: 'her' }, 'unlawful')]);
  for (const name of names) await rig.caughtUp(name);
  const gate = await createPhaseGate(t, rig.pool);
  await gate.close('checking');
  const asked = await requestVerification(rig.pool, ['timeline']);
  await gate.reached();
  const redacted = await redactClaim(rig.pool, request);
  if (redacted.kind !== 'redacted') throw new Error(redacted.kind);
  await over(rig, redacted.request);
  await gate.open();
  const [job] = await over(rig, asked);
  t.match(job, { state: 'failed', reason: /redacted meanwhile/ });
  t.match((await over(rig, await requestVerification(rig.pool, ['timeline'])))[0], { state: 'ready' });
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
