import { freshDatabase } from '@ledgerline/testkit';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { type Test, test } from 'tap';
import { createProjection, createViewReader } from '../src/index.ts';
import { correction, crossing, crossingData } from './claim-events.ts';
import { appendAll, embeddedLog } from './embedded.ts';
import { createPlainView } from './plain-view.ts';
import { until } from './until.ts';

const logger = pino({ level: 'silent' });

function start(t: Test, pool: Pool) {
  const log = embeddedLog(t, pool);
  const projection = createProjection({ view: createPlainView(), log, pool, logger, registry: new Registry() });
  t.teardown(() => projection.stop());
  projection.start();
  return projection;
}

const claims = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => crossing({ subject: `s${from + n}` }));

test('what is appended to the embedded log is applied, and a waiter for its position is let go', async (t) => {
  const { pool } = await freshDatabase(t);
  const log = embeddedLog(t, pool);
  await appendAll(log, claims(0, 700));
  start(t, pool);
  const reader = createViewReader(pool, logger);
  t.teardown(() => reader.close());
  t.ok(await reader.waitForPosition('journal', await log.ends(), Date.now() + 20_000));
  await appendAll(log, [correction({ subject: 's7' }, crossingData())]);
  t.ok(await reader.waitForPosition('journal', await log.ends(), Date.now() + 20_000));
  const rows = await pool.query('select count(*) as rows, count(distinct subject) as subjects from journal_g1.applied');
  t.same(rows.rows, [{ rows: 701, subjects: 700 }]);
});

test('two runners share the partitions; when one stops, the other takes over and nothing is applied twice', async (t) => {
  const { pool } = await freshDatabase(t);
  const log = embeddedLog(t, pool);
  await appendAll(log, claims(0, 300));
  const [a, b] = [start(t, pool), start(t, pool)];
  const shares = () => [a, b].map((one) => one.state().assigned.length);
  await until(() => shares().join() === '2,2');
  await appendAll(log, claims(300, 600));
  const applied = async () =>
    (await pool.query<{ rows: number }>('select count(*) as rows from journal_g1.applied')).rows[0]?.rows;
  await until(async () => (await applied()) === 600);
  await a.stop();
  await appendAll(log, claims(600, 900));
  await until(async () => (await applied()) === 900);
  t.same(b.state().assigned, [0, 1, 2, 3]);
  t.equal(a.state().phase, 'stopped');
});
