import { setTimeout as delay } from 'node:timers/promises';
import { decodeEvent } from '@ledgerline/events';
import { type Test, test } from 'tap';
import type { ProjectionOptions } from '../src/index.ts';
import { settleNextRequest } from '../src/settle-parked.ts';
import { crossing, statement } from './claim-events.ts';
import { createFeedLog } from './feed-log.ts';
import { type AppliedRow, createPlainView, titleOf } from './plain-view.ts';
import { type RunningView, runView } from './run-view.ts';
import { until } from './until.ts';

type Decode = NonNullable<ProjectionOptions['decode']>;
type Parked = {
  readonly id: number;
  readonly offset: number;
  readonly reason: string;
  readonly message: string;
  readonly attempts: number;
  readonly requested: string | null;
};

const oneView = { partitions: 1 };

/** Events with one of these titles can't be read until the fix. */
function brokenFor(...titles: string[]): { decode: Decode; fix(...fixed: string[]): void } {
  const broken = new Set(titles);
  return {
    decode(value, checked) {
      const title = (value as { data?: { title?: string } }).data?.title ?? '';
      if (broken.has(title)) throw new Error(`can't read ${title}`);
      return decodeEvent(value, checked);
    },
    fix: (...fixed) => {
      for (const title of fixed) broken.delete(title);
    },
  };
}

async function parkedIn({ pool }: RunningView): Promise<Parked[]> {
  const result = await pool.query<Parked>(
    'select id, "offset", reason, message, attempts, requested from projection.parked order by partition, "offset"',
  );
  return result.rows;
}

async function ask(run: RunningView, offset: number, action: 'retry' | 'discard'): Promise<void> {
  await run.pool.query(
    `update projection.parked set requested = $2, requested_at = now(), requested_by = 'desk', request_reason = 'because'
     where "offset" = $1`,
    [offset, action],
  );
  await run.pool.query("notify ledgerline_parked, 'journal'");
}

const appliedIn = async (run: RunningView): Promise<string[]> =>
  (
    await run.pool.query<{ subject: string; offset: number }>(
      'select subject, "offset" from journal_g1.applied order by ctid',
    )
  ).rows.map(({ subject, offset }) => `${subject}@${offset}`);

const parkedCount = async ({ pool }: RunningView) =>
  (await pool.query<{ parked: number }>('select sum(parked)::int as parked from projection.checkpoints')).rows[0]
    ?.parked;

const settled = async (run: RunningView) =>
  await until(async () => (await parkedIn(run)).every((one) => one.requested === null));

async function stuck(t: Test, ...titles: string[]) {
  const feed = createFeedLog(oneView);
  const fault = brokenFor(...titles);
  const run = await runView(t, createPlainView(), { feed, decode: fault.decode });
  return { feed, run, ...fault };
}

const put = (feed: ReturnType<typeof createFeedLog>, subject: string, title: string) =>
  feed.put(statement({ subject }, { title }));

test('a retry after a fix applies the record and those behind it, in order; what comes later passes', async (t) => {
  const { feed, run, fix } = await stuck(t, 'bad');
  put(feed, 's', 'bad');
  put(feed, 's', 'second');
  put(feed, 'other', 'free');
  put(feed, 's', 'third');
  await feed.deliverAll();
  t.same(await appliedIn(run), ['other@2']);
  fix('bad');
  await ask(run, 0, 'retry');
  await until(async () => (await parkedIn(run)).length === 0);
  t.same(await appliedIn(run), ['other@2', 's@0', 's@1', 's@3']);
  t.equal(await parkedCount(run), 0);
  put(feed, 's', 'fourth');
  await feed.deliverAll();
  t.equal((await appliedIn(run)).at(-1), 's@4');
  const metrics = await run.registry.metrics();
  t.match(metrics, /parked_requests_total\{view="journal",action="retry",outcome="done"\} 1/);
  t.match(metrics, /ledgerline_projection_parked\{view="journal",partition="0"\} 0/);
});

test('what fails again stays with its new reason; those behind it wait on', async (t) => {
  const { feed, run, fix } = await stuck(t, 'bad', 'worse');
  put(feed, 's', 'bad');
  put(feed, 's', 'good');
  put(feed, 's', 'worse');
  put(feed, 's', 'last');
  await feed.deliverAll();
  await ask(run, 0, 'retry');
  await until(async () => (await parkedIn(run))[0]?.attempts === 2);
  t.match(await parkedIn(run), [
    { reason: 'upcast-failed', message: "can't read bad", requested: null },
    { reason: 'behind', attempts: 1 },
    { reason: 'upcast-failed', message: "can't read worse" },
    { reason: 'behind', attempts: 1 },
  ]);
  fix('bad');
  await ask(run, 0, 'retry');
  await until(async () => (await parkedIn(run)).length === 2);
  t.same(await appliedIn(run), ['s@0', 's@1']);
  t.match(await parkedIn(run), [
    { offset: 2, reason: 'upcast-failed', message: "can't read worse", attempts: 3 },
    { offset: 3, reason: 'behind', attempts: 1 },
  ]);
  t.equal(await parkedCount(run), 2);
});

test('a view that could not apply an event is asked again, and what fails it now is found', async (t) => {
  const feed = createFeedLog(oneView);
  const failing = new Set(['bad', 'worse']);
  const view = createPlainView((event) => {
    if (failing.has(titleOf(event))) throw new Error(`no ${titleOf(event)}`);
  });
  const run = await runView(t, view, { feed });
  for (const title of ['bad', 'second', 'worse', 'fourth']) put(feed, 's', title);
  await feed.deliverAll();
  t.match(await parkedIn(run), [{ reason: 'apply-failed', message: 'no bad' }, { reason: 'behind' }, {}, {}]);
  failing.delete('bad');
  await ask(run, 0, 'retry');
  await until(async () => (await parkedIn(run)).length === 2);
  t.same(await appliedIn(run), ['s@0', 's@1']);
  t.match(await parkedIn(run), [{ offset: 2, reason: 'apply-failed', message: 'no worse' }, { reason: 'behind' }]);
});

test('one that is discarded is kept with who and why, and those behind it are applied in order', async (t) => {
  const { feed, run } = await stuck(t, 'bad');
  put(feed, 's', 'bad');
  put(feed, 's', 'second');
  put(feed, 's', 'third');
  await feed.deliverAll();
  await ask(run, 0, 'discard');
  await until(async () => (await parkedIn(run)).length === 0);
  t.same(await appliedIn(run), ['s@1', 's@2']);
  t.equal(await parkedCount(run), 0);
  const kept = await run.pool.query('select * from projection.discarded');
  t.match(kept.rows, [
    { view: 'journal', partition: 0, offset: 0, log_id: 'log-a', subject: 's', reason: 'upcast-failed' },
  ]);
  t.match(kept.rows[0], { discarded_by: 'desk', discard_reason: 'because', message: "can't read bad" });
  t.ok((kept.rows[0] as { value: Buffer }).value.includes('bad'));
});

test('one discarded from the middle of a chain lets nobody go', async (t) => {
  const { feed, run, fix } = await stuck(t, 'bad');
  for (const title of ['bad', 'second', 'third']) put(feed, 's', title);
  await feed.deliverAll();
  fix('bad');
  await ask(run, 1, 'discard');
  await until(async () => (await parkedIn(run)).length === 2);
  t.match(await parkedIn(run), [
    { offset: 0, reason: 'upcast-failed', attempts: 1 },
    { offset: 2, reason: 'behind' },
  ]);
  t.same(await appliedIn(run), []);
  await ask(run, 0, 'retry');
  await until(async () => (await parkedIn(run)).length === 0);
  t.same(await appliedIn(run), ['s@0', 's@2']);
});

test('bytes that nobody can read stand alone: retried they stay, discarded they are gone', async (t) => {
  const { feed, run } = await stuck(t);
  feed.put(Buffer.from('{"subject":"s"'), { partition: 0 });
  feed.put(Buffer.from([0xff]), { partition: 0 });
  put(feed, 's', 'free');
  await feed.deliverAll();
  await ask(run, 0, 'retry');
  await until(async () => (await parkedIn(run))[0]?.attempts === 2);
  t.match(await parkedIn(run), [{ reason: 'undecodable', requested: null }, { attempts: 1 }]);
  await ask(run, 0, 'discard');
  await until(async () => (await parkedIn(run)).length === 1);
  t.same(await appliedIn(run), ['s@2']);
});

test('a view built again leaves out what was discarded, and so is equal to the one that grew live', async (t) => {
  const { feed, run } = await stuck(t, 'bad');
  for (const title of ['bad', 'second', 'bad']) put(feed, 's', title);
  await feed.deliverAll();
  await ask(run, 0, 'discard');
  await until(async () => (await parkedIn(run)).length === 1);
  await ask(run, 2, 'discard');
  await until(async () => (await parkedIn(run)).length === 0);
  const live = await run.rows('applied');
  await run.projection.stop();
  await run.pool.query('truncate journal_g1.applied');
  await run.pool.query('update projection.checkpoints set next_offset = 0, last_recorded_at = null');
  const again = await runView(t, createPlainView(), { feed, database: run.database });
  await feed.deliverAll();
  t.same(await parkedIn(again), [], 'a program that can read it would not apply it either');
  t.same(await again.rows('applied'), live);
  t.equal(live.length, 1);
});

test('a chain longer than a transaction is applied whole and in order', async (t) => {
  const { feed, run, fix } = await stuck(t, 'bad');
  put(feed, 's', 'bad');
  for (let n = 1; n < 250; n++) put(feed, 's', `${n}`);
  await feed.deliverAll();
  t.equal(await parkedCount(run), 250);
  fix('bad');
  await ask(run, 0, 'retry');
  await until(async () => (await parkedIn(run)).length === 0);
  t.same(
    await appliedIn(run),
    Array.from({ length: 250 }, (_, offset) => `s@${offset}`),
  );
  t.equal(await parkedCount(run), 0);
});

test('a process that starts, perhaps with a newer program, tries again what it finds parked', async (t) => {
  const { feed, run, fix } = await stuck(t, 'bad');
  for (const title of ['bad', 'second']) put(feed, 's', title);
  await feed.deliverAll();
  await run.projection.stop();
  fix('bad');
  const again = await runView(t, createPlainView(), { feed, database: run.database });
  await until(async () => (await parkedIn(again)).length === 0);
  t.same(await appliedIn(again), ['s@0', 's@1']);
});

test('trouble of the database during a retry leaves the request; it is carried out when that is over', async (t) => {
  const feed = createFeedLog(oneView);
  const fault = brokenFor('bad');
  let failures = 0;
  const view = createPlainView((event) => {
    if (titleOf(event) !== 'bad' || failures === 0) return undefined;
    failures -= 1;
    return 'select pg_terminate_backend(pg_backend_pid())';
  });
  const run = await runView(t, view, { feed, decode: fault.decode });
  for (const title of ['bad', 'second']) put(feed, 's', title);
  await feed.deliverAll();
  fault.fix('bad');
  failures = 2;
  await ask(run, 0, 'retry');
  await until(async () => (await parkedIn(run)).length === 0);
  t.equal(failures, 0, 'it failed as often as it should');
  t.same(await appliedIn(run), ['s@0', 's@1']);
});

test('who has lost the partition carries out no request, and is counted', async (t) => {
  const { feed, run, fix } = await stuck(t, 'bad');
  put(feed, 's', 'bad');
  await feed.deliverAll();
  fix('bad');
  await run.pool.query('update projection.checkpoints set epoch = epoch + 1');
  await ask(run, 0, 'retry');
  const fenced = /ledgerline_projection_fenced_total\{view="journal"\} [1-9]/;
  await until(async () => fenced.test(await run.registry.metrics()));
  t.match(await parkedIn(run), [{ requested: 'retry', attempts: 1 }]);
  const { generation } = run.projection.state();
  if (generation === null) throw new Error('no generation');
  const decoding = { decode: decodeEvent, partitions: 1 };
  const target = { pool: run.pool, view: createPlainView(), generation, decoding };
  await t.rejects(settleNextRequest(target, { partition: 0, epoch: 1 }), { name: 'FencedError' });
  await settleNextRequest(target, { partition: 0, epoch: 2 });
  await settled(run);
  t.same(await appliedIn(run), ['s@0']);
});

test('requests and live events on one subject at once leave each event once and in order', async (t) => {
  const { feed, run, fix } = await stuck(t, 'bad');
  put(feed, 's', 'bad');
  await feed.deliverAll();
  fix('bad');
  for (let n = 0; n < 60; n++) {
    put(feed, 's', `${n}`);
    feed.put(crossing({ subject: `free-${n}` }));
    if (n === 20) await ask(run, 0, 'retry');
    const failed = await feed.deliver(0, 2);
    if (failed !== null) throw failed;
    await delay(1);
  }
  // What was parked between the last look and the retry's own is taken along by it.
  await until(async () => (await parkedCount(run)) === 0);
  const offsets = (await run.rows<AppliedRow>('applied')).filter(({ subject }) => subject === 's');
  t.equal(offsets.length, 61);
  const inOrder = (await appliedIn(run)).filter((one) => one.startsWith('s@')).map((one) => Number(one.slice(2)));
  t.same(
    inOrder,
    inOrder.toSorted((a, b) => a - b),
  );
});
