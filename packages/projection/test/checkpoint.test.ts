import { test } from 'tap';
import { crossing } from './claim-events.ts';
import { createFeedLog } from './feed-log.ts';
import { type AppliedRow, createPlainView, titleOf } from './plain-view.ts';
import { type RunningView, runView } from './run-view.ts';

const one = { partitions: 1 };

async function checkpointOf({ pool }: RunningView, partition = 0): Promise<number | undefined> {
  const result = await pool.query<{ next_offset: number }>(
    'select next_offset from projection.checkpoints where partition = $1',
    [partition],
  );
  return result.rows[0]?.next_offset;
}

const fencedTotal = async (run: RunningView): Promise<string | undefined> =>
  /ledgerline_projection_fenced_total\{view="journal"\} (\d+)/.exec(await run.registry.metrics())?.[1];

test('rows and checkpoint move together, past offsets that the log leaves out', async (t) => {
  const feed = createFeedLog(one);
  const run = await runView(t, createPlainView(), { feed });
  feed.skip(0);
  feed.put(crossing({ subject: 's1' }));
  feed.skip(0);
  feed.skip(0);
  await feed.deliverAll();
  t.equal(await checkpointOf(run), 4);
  feed.skip(0);
  await feed.deliverAll();
  t.equal(await checkpointOf(run), 5, 'a batch without records moves it too');
  t.equal((await run.rows('applied')).length, 1);
});

test('a batch larger than a transaction goes in pieces, and what was applied before a failure stays', async (t) => {
  const feed = createFeedLog(one);
  let broken = true;
  const view = createPlainView((event) =>
    broken && titleOf(event) === 'later' ? 'select * from no_such_table' : undefined,
  );
  const run = await runView(t, view, { feed, chunkLimits: { maxRecords: 3, maxBytes: 1e6 } });
  for (let n = 0; n < 8; n++) feed.put(crossing({ subject: `s${n}` }, n === 7 ? { title: 'later' } : {}));
  t.match(await feed.deliver(0), { code: '42P01' });
  t.equal(feed.next(0), 6, 'two pieces of three are in');
  broken = false;
  await feed.deliverAll();
  t.same(
    (await run.rows<AppliedRow>('applied')).map(({ offset }) => offset),
    [0, 1, 2, 3, 4, 5, 6, 7],
  );
});

test('what was read from another log is not applied, nor is anything begun there', async (t) => {
  const feed = createFeedLog(one);
  const run = await runView(t, createPlainView(), { feed });
  feed.put(crossing({ subject: 's1' }));
  feed.become('log-b');
  // Rejects where the start is asked for anew; a batch alone would be given back as refused.
  await t.rejects(feed.deliver(0), { message: 'the rows of journal are of log log-a, and this is log log-b' });
  t.same([await checkpointOf(run), await run.rows('applied')], [0, []]);
  t.notOk(run.projection.state().ready);
});

test('a batch delivered again, and one with records missing before it, are refused and change nothing', async (t) => {
  const feed = createFeedLog(one);
  const run = await runView(t, createPlainView(), { feed });
  for (let n = 0; n < 6; n++) feed.put(crossing({ subject: `s${n}` }));
  t.equal(await feed.deliver(0, 3), null);
  feed.rewind(0, 0);
  t.match(await feed.deliver(0, 2), { message: /from offset 0 came where 3 was due/ });
  t.equal(feed.next(0), 3, 'the start is told anew');
  feed.rewind(0, 5);
  t.match(await feed.deliver(0), { message: /from offset 5 came where 3 was due/ });
  t.ok(run.projection.state().ready, 'asking for the start has healed it');
  await feed.deliverAll();
  t.same(
    (await run.rows<AppliedRow>('applied')).map(({ offset }) => offset),
    [0, 1, 2, 3, 4, 5],
  );
});

test('who has lost the partition writes nothing, also where the checkpoint has not moved, and is counted', async (t) => {
  const [feedA, feedB] = [createFeedLog(one), createFeedLog(one)];
  for (let n = 0; n < 4; n++) {
    const event = crossing({ subject: `s${n}` });
    feedA.put(event);
    feedB.put(event);
  }
  const a = await runView(t, createPlainView(), { feed: feedA });
  const b = await runView(t, createPlainView(), { feed: feedB, database: a.database });
  t.match(await feedA.deliver(0, 2), { name: 'FencedError' }, 'the other has gained it since');
  t.same(await a.rows('applied'), []);
  t.equal(await checkpointOf(a), 0);
  t.equal(await fencedTotal(a), '1');
  t.ok(a.projection.state().ready, 'being overtaken is no trouble');
  t.equal(await feedA.deliver(0, 2), null, 'it has gained it anew');
  t.match(await feedB.deliver(0, 3), { name: 'FencedError' });
  t.equal(feedB.next(0), 2, 'the other goes on from where this one was');
  t.equal(await feedB.deliver(0), null);
  t.same(
    (await a.rows<AppliedRow>('applied')).map(({ offset }) => offset),
    [0, 1, 2, 3],
  );
  t.equal(await fencedTotal(b), '1');
});

test('two runners that both take themselves for the owner never write an event twice', async (t) => {
  const [feedA, feedB] = [createFeedLog(one), createFeedLog(one)];
  for (let n = 0; n < 200; n++) {
    const event = crossing({ subject: `s${n}` });
    feedA.put(event);
    feedB.put(event);
  }
  const a = await runView(t, createPlainView(), { feed: feedA });
  await runView(t, createPlainView(), { feed: feedB, database: a.database });
  while ((await checkpointOf(a)) !== 200) {
    const [first, second] = await Promise.all([feedA.deliver(0, 20), feedB.deliver(0, 20)]);
    t.ok(first !== null || second !== null, 'not both');
  }
  t.equal((await a.rows('applied')).length, 200);
});

test('recordedAt never falls within a partition, also over a restart', async (t) => {
  const feed = createFeedLog(one);
  const run = await runView(t, createPlainView(), { feed });
  const put = (second: number) =>
    feed.put(crossing({ subject: 's' }), { recordedAt: `2026-01-01T00:00:0${second}.000Z` });
  for (const second of [3, 1, 4]) put(second);
  await feed.deliverAll();
  await run.projection.stop();
  put(2);
  const again = await runView(t, createPlainView(), { feed, database: run.database });
  await feed.deliverAll();
  t.same(
    (await again.rows<AppliedRow>('applied')).map(({ recorded_at }) => recorded_at.slice(17, 19)),
    ['03', '03', '04', '04'],
  );
});
