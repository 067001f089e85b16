import { type Test, test } from 'tap';
import { createViewReader, positionFragment, type ViewReader } from '../src/index.ts';
import { crossing } from './claim-events.ts';
import { createFeedLog } from './feed-log.ts';
import { createPlainView } from './plain-view.ts';
import { type RunningView, runView } from './run-view.ts';
import { until } from './until.ts';

const silent = { debug: () => undefined };

async function runAndRead(t: Test): Promise<RunningView & { readonly reader: ViewReader }> {
  const run = await runView(t, createPlainView(), { feed: createFeedLog({ partitions: 2 }) });
  const reader = createViewReader(run.pool, silent);
  t.teardown(() => reader.close());
  return { ...run, reader };
}

test('a view that no projector has made yet has no live generation, and nobody waits for it in vain for long', async (t) => {
  const { reader } = await runAndRead(t);
  t.equal(await reader.live('timeline'), null);
  t.equal(await reader.waitForPosition('timeline', [1], Date.now() + 50), false);
});

test('the live generation is read with its log and position', async (t) => {
  const { reader, feed, pool } = await runAndRead(t);
  feed.put(crossing({ subject: 'a' }), { partition: 0 });
  await feed.deliverAll();
  const live = { generation: 1, schema: 'journal_g1', version: 1, logId: 'log-a', offsets: [1, 0], amended: 0 };
  t.match(await reader.readNow('journal'), live);
  await pool.query('drop table projection.amendments');
  t.match(await reader.readNow('journal'), live, 'also where only older projectors have made the tables');
});

test('a waiter is let go as soon as the view has applied what it waits for', async (t) => {
  const { reader, feed } = await runAndRead(t);
  const record = feed.put(crossing({ subject: 'a' }), { partition: 1 });
  const wanted = [null, record.offset + 1];
  t.equal(await reader.waitForPosition('journal', wanted, Date.now() + 20), false, 'not before it is applied');
  const waiting = reader.waitForPosition('journal', wanted, Date.now() + 20_000);
  await feed.deliverAll();
  t.equal(await waiting, true);
  t.equal(await reader.waitForPosition('journal', [0, 0], 0), true, 'what is reached needs no time');
});

test('a waiter that is aborted gives up', async (t) => {
  const { reader } = await runAndRead(t);
  const abort = new AbortController();
  const waiting = reader.waitForPosition('journal', [9], Date.now() + 20_000, abort.signal);
  abort.abort();
  t.equal(await waiting, false);
});

test('many waiters share one connection and few queries', async (t) => {
  const { reader, feed, pool } = await runAndRead(t);
  await reader.readNow('journal');
  let queries = 0;
  const query = pool.query.bind(pool);
  pool.query = ((...values: Parameters<typeof query>) => {
    queries += 1;
    return query(...values);
  }) as typeof pool.query;
  const waiting = Array.from({ length: 500 }, () => reader.waitForPosition('journal', [1], Date.now() + 20_000));
  feed.put(crossing({ subject: 'a' }), { partition: 0 });
  await feed.deliverAll();
  t.ok((await Promise.all(waiting)).every(Boolean));
  t.ok(queries < 50, `${queries} queries`);
});

test('a promotion is seen at once, though the generation is cached', async (t) => {
  const { reader, pool } = await runAndRead(t);
  t.equal((await reader.live('journal'))?.generation, 1);
  await pool.query(
    `insert into projection.generations (view, generation, version, state) values ('journal', 2, 1, 'ready')`,
  );
  await pool.query(
    `insert into projection.checkpoints (view, generation, partition, log_id) values ('journal', 2, 0, 'log-a')`,
  );
  await pool.query(`update projection.views set live = 2 where view = 'journal'`);
  await pool.query(`select pg_notify('ledgerline_generation', 'journal')`);
  // Well before the cache's second is over.
  await until(async () => (await reader.live('journal'))?.generation === 2, 900);
});

test('the reader survives the loss of its connection', async (t) => {
  const { reader, feed, pool } = await runAndRead(t);
  await reader.live('journal');
  await pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and query like 'listen %'`);
  feed.put(crossing({ subject: 'a' }), { partition: 0 });
  const waiting = reader.waitForPosition('journal', [1], Date.now() + 20_000);
  await feed.deliverAll();
  t.equal(await waiting, true, 'by polling');
});

test('rows and position can be read in one statement', async (t) => {
  const { feed, pool } = await runAndRead(t);
  feed.put(crossing({ subject: feed.subjectIn(1) }));
  await feed.deliverAll();
  const live = { view: 'journal', generation: 1 } as const;
  const result = await pool.query(
    `select (select count(*) from journal_g1.applied) as rows, ${positionFragment(live)} as position`,
  );
  t.same(result.rows, [{ rows: 1, position: { logId: 'log-a', offsets: [0, 1] } }]);
  const none = await pool.query(`select ${positionFragment({ ...live, generation: 9 })} as position`);
  t.same(none.rows, [{ position: null }]);
});
