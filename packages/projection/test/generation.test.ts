import { freshDatabase } from '@ledgerline/testkit';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { type Test, test } from 'tap';
import { createProjection, ensureGeneration, migrateProjection, type Projection } from '../src/index.ts';
import { crossing } from './claim-events.ts';
import { createFeedLog, type FeedLog } from './feed-log.ts';
import { createPlainView } from './plain-view.ts';
import { dumpOf, runView } from './run-view.ts';
import { until } from './until.ts';

const view = createPlainView();

test('of many processes that start at once, one makes the first generation and all use it', async (t) => {
  const { pool } = await freshDatabase(t);
  const log = { logId: 'log-a', partitions: 3 };
  const starts = Array.from({ length: 8 }, async () => {
    await migrateProjection(pool);
    return await ensureGeneration(pool, view, log);
  });
  for (const outcome of await Promise.all(starts)) {
    t.same(outcome, {
      kind: 'usable',
      generation: { view: 'journal', generation: 1, schema: 'journal_g1', version: 1 },
    });
  }
  const checkpoints = await pool.query('select log_id, next_offset from projection.checkpoints order by partition');
  t.same(
    checkpoints.rows,
    Array.from({ length: 3 }, () => ({ log_id: 'log-a', next_offset: 0 })),
  );
});

async function startOn(t: Test, feed: FeedLog, pool: Parameters<typeof dumpOf>[0], version = 1): Promise<Projection> {
  const projection = createProjection({
    view: createPlainView(undefined, version),
    log: feed.log,
    pool,
    logger: pino({ level: 'silent' }),
    registry: new Registry(),
  });
  t.teardown(() => projection.stop());
  projection.start();
  return projection;
}

for (const [what, feed, version, reason] of [
  ['another log', createFeedLog({ logId: 'log-b', partitions: 1 }), 1, /rows are of log log-a, and this is log log-b/],
  ['a log with other partitions', createFeedLog({ partitions: 2 }), 1, /has 2 partitions, the view's rows are of 1/],
  [
    'another version of the view',
    createFeedLog({ partitions: 1 }),
    2,
    /of version 1 of the view, this is version 2: rebuild/,
  ],
] as const) {
  test(`${what} is refused with the reason, and the rows stay as they were`, async (t) => {
    const first = createFeedLog({ partitions: 1 });
    const run = await runView(t, view, { feed: first });
    first.put(crossing({ subject: 's1' }));
    await first.deliverAll();
    await run.projection.stop();
    const before = await run.dump();
    const projection = await startOn(t, feed, run.pool, version);
    await until(() => reason.test(projection.state().reason ?? ''));
    t.match(projection.state(), { phase: 'waiting', ready: false });
    t.same(await run.dump(), before);
  });
}

test('a log cut short below the checkpoint stops the partition with the reason', async (t) => {
  const long = createFeedLog({ partitions: 1 });
  const run = await runView(t, view, { feed: long });
  for (const subject of ['a', 'b', 'c']) long.put(crossing({ subject }));
  await long.deliverAll();
  await run.projection.stop();
  const before = await run.dump();
  const cut = createFeedLog({ partitions: 1 });
  cut.put(crossing({ subject: 'a' }));
  const projection = await startOn(t, cut, run.pool);
  await until(() => /applied up to offset 3, but the log ends at 1/.test(projection.state().reason ?? ''));
  t.equal(projection.state().ready, false);
  t.same(await run.dump(), before);
});

test('a projection waits for its log and begins when the log is there', async (t) => {
  const { pool } = await freshDatabase(t);
  const feed = createFeedLog({ partitions: 1 });
  let isThere = false;
  const log = {
    ...feed.log,
    describe: async () => {
      if (!isThere) throw new Error('no such topic');
      return await feed.log.describe();
    },
  };
  const registry = new Registry();
  const projection = createProjection({ view, log, pool, logger: pino({ level: 'silent' }), registry });
  t.teardown(() => projection.stop());
  projection.start();
  await until(() => projection.state().reason === 'no such topic');
  t.match(projection.state(), { phase: 'waiting', ready: false, generation: null });
  isThere = true;
  await feed.subscribed();
  await until(() => projection.state().ready);
  t.match(projection.state(), { phase: 'running', reason: null, assigned: [0] });
});

test('when the subscription dies, `ended` rejects and the state says why', async (t) => {
  const feed = createFeedLog({ partitions: 1 });
  const run = await runView(t, view, { feed });
  await until(() => run.projection.state().ready);
  feed.die(new Error('coordinator gone for good'));
  await t.rejects(run.projection.ended, { message: 'coordinator gone for good' });
  t.match(run.projection.state(), { phase: 'failed', ready: false, reason: 'coordinator gone for good' });
});

test('stopping gives back the subscription and resolves `ended`, also before the start and twice', async (t) => {
  const feed = createFeedLog({ partitions: 1 });
  const run = await runView(t, view, { feed });
  await Promise.all([run.projection.stop(), run.projection.stop()]);
  await run.projection.ended;
  t.match(run.projection.state(), { phase: 'stopped', ready: false });
  const registry = new Registry();
  const idle = createProjection({ view, log: feed.log, pool: run.pool, logger: pino({ level: 'silent' }), registry });
  await idle.stop();
  await idle.ended;
  t.equal(idle.state().phase, 'stopped');
});
