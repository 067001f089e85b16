import { readSql } from '@ledgerline/database';
import { test } from 'tap';
import { crossing } from '../../../packages/projection/test/claim-events.ts';
import { createFeedLog } from '../../../packages/projection/test/feed-log.ts';
import { runView } from '../../../packages/projection/test/run-view.ts';
import { planOf } from '../../../packages/projection/test/statement-plan.ts';
import { timelineView } from '../src/view.ts';

const statement = (name: string) => readSql(new URL(`../src/sql/${name}.sql`, import.meta.url));

test('what is asked and ended of earlier versions is found by index, whatever the tables hold', async (t) => {
  const { feed, pool } = await runView(t, timelineView, { feed: createFeedLog({ partitions: 1 }) });
  for (let n = 0; n < 3_000; n++) {
    feed.put(crossing({ subject: `s${n}` }, { relations: [{ type: 'updates', target: `s${n + 1}` }] }));
  }
  await feed.deliverAll();
  const subjects = Array.from({ length: 50 }, (_, n) => `s${n}`);
  const ended = JSON.stringify(subjects.map((subject) => ({ subject, version: 1, to_offset: 9 })));
  for (const analyzed of [false, true]) {
    if (analyzed) await pool.query('analyze');
    t.notMatch(
      await planOf(pool, timelineView, statement('read-claims'), [subjects, subjects.map(() => true)]),
      /Seq Scan on (versions|relation_facts)/,
    );
    t.notMatch(await planOf(pool, timelineView, statement('end-versions'), [ended]), /Seq Scan on versions/);
  }
});
