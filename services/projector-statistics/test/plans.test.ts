import { readSql } from '@ledgerline/database';
import { test } from 'tap';
import { crossing } from '../../../packages/projection/test/claim-events.ts';
import { createFeedLog } from '../../../packages/projection/test/feed-log.ts';
import { runView } from '../../../packages/projection/test/run-view.ts';
import { planOf } from '../../../packages/projection/test/statement-plan.ts';
import { statisticsView } from '../src/view.ts';

const statement = (name: string) => readSql(new URL(`../src/sql/${name}.sql`, import.meta.url));

/** Small, the claims would rightly be read whole. */
const claims = 50_000;

test('what is asked and ended of earlier versions is found by index', async (t) => {
  const { feed, pool } = await runView(t, statisticsView, { feed: createFeedLog({ partitions: 1 }) });
  feed.put(crossing({ subject: 's0' }));
  await feed.deliverAll();
  await pool.query(`
    insert into statistics_g1.claims
    select (jsonb_populate_record(c, jsonb_build_object('subject', 's' || n))).*
    from statistics_g1.claims c, generate_series(1, ${claims}) n`);
  const subjects = Array.from({ length: 50 }, (_, n) => `s${n}`);
  const ended = JSON.stringify(subjects.map((subject) => ({ subject, version: 1, to_offset: 9 })));
  for (const analyzed of [false, true]) {
    if (analyzed) await pool.query('analyze');
    t.notMatch(await planOf(pool, statisticsView, statement('read-claims'), [subjects]), /Seq Scan on claims/);
    t.notMatch(await planOf(pool, statisticsView, statement('end-versions'), [ended]), /Seq Scan on claims/);
  }
});
