/** The embedded log, no longer what it was: a hand in its tables, or another log in their place. Rows stay as they were. */
import { freshDatabase } from '@ledgerline/testkit';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { type Test, test } from 'tap';
import { createProjection, type Projection } from '../src/index.ts';
import { crossing } from './claim-events.ts';
import { appendAll, embeddedLog } from './embedded.ts';
import { createPlainView } from './plain-view.ts';
import { until } from './until.ts';

function start(t: Test, pool: Pool): Projection {
  const log = embeddedLog(t, pool, 2);
  const logger = pino({ level: 'silent' });
  const projection = createProjection({ view: createPlainView(), log, pool, logger, registry: new Registry() });
  t.teardown(() => projection.stop());
  projection.start();
  return projection;
}

/** Runs, with twenty events applied; then `meddle`, and it is refused for `reason`, at once and after a restart. */
async function refused(t: Test, meddle: (pool: Pool) => Promise<unknown>, reason: RegExp, afterwards = reason) {
  const { pool } = await freshDatabase(t);
  await appendAll(
    embeddedLog(t, pool, 2),
    Array.from({ length: 20 }, (_, n) => crossing({ subject: `s${n}` })),
  );
  const rows = async () => (await pool.query('select * from journal_g1.applied order by partition, "offset"')).rows;
  const projection = start(t, pool);
  await until(async () => projection.state().ready && (await rows()).length === 20);
  const before = await rows();
  await meddle(pool);
  const isRefused = (one: Projection, why: RegExp) => () => why.test(one.state().reason ?? '') && !one.state().ready;
  await until(isRefused(projection, reason));
  t.same(await rows(), before);
  await projection.stop();
  await until(isRefused(start(t, pool), afterwards));
  t.same(await rows(), before);
}

test('first records that are gone stop it', async (t) => {
  const meddle = (pool: Pool) => pool.query('delete from log.events where partition = 1 and "offset" < 3');
  await refused(t, meddle, /first records are gone: partition 1/);
});

test('a log made anew in the same place stops it before one of its records is applied', async (t) => {
  const meddle = async (pool: Pool) => {
    await pool.query('drop schema log cascade');
    await appendAll(
      embeddedLog(t, pool, 2),
      Array.from({ length: 60 }, (_, n) => crossing({ subject: `other-${n}` })),
    );
  };
  await refused(t, meddle, /is now|rows of journal are of log/, /rows are of log .+, and this is log/);
});

test('a log restored from an older copy stops it', async (t) => {
  const meddle = async (pool: Pool) => {
    await pool.query('delete from log.events where "offset" > 2');
    await pool.query('update log.lanes set written_to = 3, indexed_to = 3');
  };
  await refused(t, meddle, /beyond the log's end|the log ends at 3/, /the log ends at 3/);
});

test('records missing in the middle are no end: what comes after them is not applied', async (t) => {
  const { pool } = await freshDatabase(t);
  const log = embeddedLog(t, pool, 1);
  await appendAll(
    log,
    Array.from({ length: 20 }, (_, n) => crossing({ subject: `s${n}` })),
  );
  await pool.query('delete from log.events where "offset" between 5 and 7');
  const logger = pino({ level: 'silent' });
  const projection = createProjection({ view: createPlainView(), log, pool, logger, registry: new Registry() });
  t.teardown(() => projection.stop());
  projection.start();
  await until(() => /gone|missing/.test(projection.state().reason ?? ''));
  const { rows } = await pool.query('select "offset" from journal_g1.applied where "offset" > 4');
  t.same(rows, []);
});
