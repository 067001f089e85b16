/** The database dies or hangs under the log: what is acknowledged is stored once, and everything heals by itself. */

import { setTimeout as delay } from 'node:timers/promises';
import { createPool } from '@ledgerline/database';
import { quietLogger, startPostgres } from '@ledgerline/testkit';
import { test } from 'tap';
import { createPostgresLog } from '../src/postgres/postgres-log.ts';
import { eventually, idOf, PARTITIONS, patient, readAll, records, tally } from './contract/contract.ts';
import { faultOf } from './contract/limits-features.ts';
import { createConsumer } from './contract/test-consumer.ts';
import { record, testRule } from './contract/test-events.ts';

await test('a database killed under load loses nothing acknowledged, and everything is stored once', {
  timeout: 120_000,
}, async (t) => {
  const server = await startPostgres(t, { settings: { synchronous_commit: 'on' } });
  const pool = createPool({ connection: server.connection, applicationName: 'test' }, quietLogger);
  const log = createPostgresLog({ pool, logger: quietLogger, writer: { rule: testRule, partitions: PARTITIONS } });
  const consumer = createConsumer();
  await log.append([record({ id: 'first' })], patient);
  await log.subscribe(consumer.options);
  const acknowledged: string[] = ['first'];
  const sending = records(300, 'k').map(async (one, n) => {
    await delay(n * 10);
    const outcomes = await log.append([one], { atomic: true, deadlineMs: 60_000 });
    acknowledged.push(...outcomes.filter(({ status }) => status === 'appended').map(() => one.id));
  });
  await eventually('some are stored', () => acknowledged.length > 50);
  server.kill();
  await Promise.all(sending);
  t.equal(acknowledged.length, 301, 'each is appended once, none a duplicate');
  t.same((await readAll(log)).map(idOf).toSorted(), acknowledged.toSorted());
  await eventually('all are delivered', () => consumer.ids().length >= 301, 60_000);
  t.same(consumer.ids().toSorted(), acknowledged.toSorted());
  t.same(consumer.problems, []);
  await log.close();
  await pool.end();
});

await test('a database that is away is a fault in time; the log heals when it is back', {
  timeout: 120_000,
}, async (t) => {
  const server = await startPostgres(t);
  const pool = createPool({ connection: server.connection, applicationName: 'test' }, quietLogger);
  const log = createPostgresLog({ pool, logger: quietLogger, writer: { rule: testRule, partitions: PARTITIONS } });
  const consumer = createConsumer();
  await log.append([record({ id: 'a' })], patient);
  const subscription = await log.subscribe(consumer.options);
  await server.stop();
  const started = performance.now();
  t.match(await faultOf(log.append([record({ id: 'b' })], { atomic: true, deadlineMs: 1_000 })), { retryable: true });
  t.match(await faultOf(log.ping()), { code: 'log-unavailable', retryable: true });
  t.ok(performance.now() - started < 5_000);
  await server.start();
  t.same(tally(await log.append([record({ id: 'c' })], { atomic: true, deadlineMs: 30_000 })), { appended: 1 });
  await eventually('both are delivered', () => consumer.ids().length === 2);
  t.same(consumer.ids().toSorted(), ['a', 'c']);
  await t.resolves(log.ping());
  await subscription.stop();
  await log.close();
  await pool.end();
});
