import { freshDatabase, quietLogger } from '@ledgerline/testkit';
import { test } from 'tap';
import { keepAnalyzed } from '../src/keep-analyzed.ts';
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

test('what doubled is looked at roughly, and in full once it has not for a while', async (t) => {
  const { pool } = await freshDatabase(t);
  await pool.query(`
    create schema journal_g1;
    create table journal_g1.rows (kind integer) with (autovacuum_enabled = off);
    insert into journal_g1.rows select n % 60 from generate_series(1, 60000) n;
    select pg_stat_force_next_flush()`);
  const kindsKnown = async () => {
    const { rows } = await pool.query<{ known: number }>(
      `select cardinality(most_common_freqs)::int as known from pg_stats where schemaname = 'journal_g1'`,
    );
    return rows[0]?.known;
  };
  const looks = async () => {
    const { rows } = await pool.query<{ looks: number }>(
      `select analyze_count::int as looks from pg_stat_user_tables where schemaname = 'journal_g1'`,
    );
    return rows[0]?.looks;
  };
  const generation = { view: 'journal', generation: 1, schema: 'journal_g1', version: 1 } as const;

  const patient = keepAnalyzed(pool, generation, quietLogger);
  await until(async () => (await looks()) === 1);
  await patient.stop();
  t.not(await kindsKnown(), 60);

  await pool.query(`
    insert into journal_g1.rows select n % 60 from generate_series(1, 60000) n;
    select pg_stat_force_next_flush()`);
  const hasty = keepAnalyzed(pool, generation, quietLogger, { calmMs: 1_000 });
  t.teardown(async () => await hasty.stop());
  await until(async () => (await looks()) === 3);
  t.equal(await kindsKnown(), 60);
});
