import { test } from 'tap';
import { crossing } from './claim-events.ts';
import { createFeedLog } from './feed-log.ts';
import { createPlainView } from './plain-view.ts';
import { runView } from './run-view.ts';
import { until } from './until.ts';

test('PostgreSQL looks at the rows each time they have doubled, and no sooner', async (t) => {
  const feed = createFeedLog({ partitions: 1 });
  // A batch is one transaction: a look sees all of it or nothing.
  const chunkLimits = { maxRecords: 5_000, maxBytes: 8 * 1024 * 1024 };
  const { pool } = await runView(t, createPlainView(), { feed, chunkLimits });
  await pool.query('alter table journal_g1.applied set (autovacuum_enabled = off)');
  let fed = 0;
  const put = async (count: number): Promise<void> => {
    for (let serial = 0; serial < count; serial += 1) feed.put(crossing({ subject: `s${fed++}` }));
    await feed.deliverAll([count]);
  };
  const statistics = async () => {
    const { rows } = await pool.query<{ looks: number; changed: number; known: number }>(
      `select s.analyze_count::int as looks, s.n_mod_since_analyze::int as changed, c.reltuples::int as known
       from pg_stat_user_tables s join pg_class c on c.oid = s.relid
       where s.schemaname = 'journal_g1'`,
    );
    return rows[0];
  };

  await put(1_000);
  await until(async () => (await statistics())?.known === 1_000);
  await put(500);
  await until(async () => (await statistics())?.changed === 500);
  await put(2_500);
  await until(async () => (await statistics())?.known === 4_000);
  t.equal((await statistics())?.looks, 2);
});
