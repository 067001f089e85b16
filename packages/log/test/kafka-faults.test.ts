/** Void records, lost answers, a broker that dies or hangs: what is acknowledged is stored once (decisions 0003, 0004). */
import { setTimeout as delay } from 'node:timers/promises';
import { quietLogger, startKafka, startKafkaProxy } from '@ledgerline/testkit';
import { Kafka, logLevel } from 'kafkajs';
import { Registry } from 'prom-client';
import tap, { test } from 'tap';
import { createKafkaLog } from '../src/kafka/kafka-log.ts';
import { eventually, idOf, patient, readAll, records, subjectIn, tally } from './contract/contract.ts';
import { kafkaContract } from './contract/kafka-contract.ts';
import { faultOf } from './contract/limits-features.ts';
import { consumeRaw } from './contract/raw-consumer.ts';
import { createConsumer } from './contract/test-consumer.ts';
import { record, testRule } from './contract/test-events.ts';

const broker = await startKafka(tap, { own: true });
const control = broker?.control;
if (broker && control) {
  const direct = kafkaContract(broker);
  const kafka = new Kafka({ brokers: [...broker.brokers], logLevel: logLevel.NOTHING });
  const producer = kafka.producer();
  await producer.connect();
  tap.teardown(async () => await producer.disconnect());

  await test('records displaced by a foreign one are void: written again, and seen once', async (t) => {
    const under = await direct.create(t);
    const { topic } = under.settings;
    const registry = new Registry();
    const log = createKafkaLog({
      kafka: under.settings,
      pool: under.database.pool,
      logger: quietLogger,
      registry,
      writer: { rule: testRule },
    });
    t.teardown(async () => await log.close());
    await log.append([record({ id: 'a', subject: subjectIn(1) })], patient);
    await producer.send({ topic, messages: [{ partition: 1, value: 'foreign' }] });
    const call = [
      record({ id: 'b', subject: subjectIn(1) }),
      record({ id: 'c', subject: subjectIn(1) }),
      record({ id: 'd', subject: subjectIn(2) }),
    ];
    const outcomes = await log.append(call, patient);
    t.match(outcomes, [
      { status: 'appended', offset: 4 },
      { status: 'appended', offset: 5 },
      { status: 'appended', offset: 0 },
    ]);
    t.same((await readAll(log)).filter(({ key }) => key !== null).map(idOf), ['a', 'b', 'c', 'd']);
    const raw = await consumeRaw(t, kafka, topic, 8);
    t.equal(raw.filter(({ value }) => value.includes('"id":"b"')).length, 2, 'the topic holds the void copy as well');
    t.same(tally(await log.append(call, patient)), { duplicate: 3 });
    t.match(await registry.metrics(), /void_records_total\{adapter="kafka"\} [2-9]/);
    t.match(await registry.metrics(), /retries_total\{adapter="kafka",reason="displaced"\} 1/);
    const consumer = createConsumer();
    const subscription = await log.subscribe({
      ...consumer.options,
      handle: async (batch) => {
        const readable = batch.records.filter(({ key }) => key !== null);
        await consumer.options.handle({ ...batch, records: readable }, new AbortController().signal);
      },
    });
    await eventually('all are delivered', async () => String(consumer.reached()) === String(await log.ends()));
    t.same(consumer.ids().toSorted(), ['a', 'b', 'c', 'd']);
    t.same(consumer.problems, []);
    await subscription.stop();
  });

  await test('an append whose answer is lost is stored once and answered as appended', async (t) => {
    const proxy = await startKafkaProxy(t, control.proxied);
    const under = await kafkaContract(broker, [proxy.broker]).create(t);
    const log = under.open();
    await log.append([record({ id: 'a', subject: subjectIn(1) })], patient);
    const swallowed = proxy.swallowProduceAnswer();
    const appending = log.append([record({ id: 'b', subject: subjectIn(1), expected: 1 })], patient);
    await swallowed;
    t.match(await appending, [{ status: 'appended', partition: 1, offset: 1 }]);
    t.same((await readAll(log)).map(idOf), ['a', 'b']);
    t.same(tally(await under.open().append([record({ subject: subjectIn(1), expected: 2 })], patient)), {
      appended: 1,
    });
    await log.close();
    await proxy.stop();
  });

  await test('an append given up on after its answer was lost is a duplicate when it is tried again', async (t) => {
    const proxy = await startKafkaProxy(t, control.proxied);
    const under = await kafkaContract(broker, [proxy.broker]).create(t);
    const log = under.open();
    await log.append([record({ id: 'a', subject: subjectIn(1) })], patient);
    const swallowed = proxy.swallowProduceAnswer();
    const one = record({ id: 'b', subject: subjectIn(1) });
    const fault = faultOf(log.append([one], { atomic: true, deadlineMs: 400 }));
    await swallowed;
    t.match(await fault, { retryable: true, message: /may or may not/ });
    t.same(tally(await log.append([one], patient)), { duplicate: 1 });
    t.same((await readAll(log)).map(idOf), ['a', 'b']);
    await log.close();
    await proxy.stop();
  });

  await test('a connection into the void heals: faults in time, then everything once', async (t) => {
    const proxy = await startKafkaProxy(t, control.proxied);
    const under = await kafkaContract(broker, [proxy.broker]).create(t);
    const log = under.open();
    await log.append([record()], patient);
    proxy.block();
    const calls = records(20, 'v').map(
      async (one) => await faultOf(log.append([one], { atomic: true, deadlineMs: 1_000 })),
    );
    for (const fault of await Promise.all(calls)) t.match(fault, { code: 'log-unavailable', retryable: true });
    proxy.unblock();
    const again = await log.append(records(20, 'v'), patient);
    t.equal(again.filter(({ status }) => status === 'appended' || status === 'duplicate').length, 20);
    t.equal((await readAll(log)).length, 21);
    await log.close();
    await proxy.stop();
  });

  await test('a refusal decided on an index that has fallen behind is decided again on the log', async (t) => {
    const under = await direct.create(t);
    const [one, two] = [under.open(), under.open()];
    await one.append([record({ id: 'a', subject: 's' })], patient);
    await two.append([record({ id: 'b', subject: 's' })], patient);
    // As after a crash of PostgreSQL, where the last commits of an index may be gone.
    await under.database.pool.query(`select from log.lanes for update;
      with gone as (delete from log.receipts where id = 'b' returning partition, "offset"),
      state as (update log.subjects set state = '{"events": 1}')
      update log.lanes set indexed_to = gone."offset" from gone where lanes.partition = gone.partition`);
    t.same(tally(await one.append([record({ subject: 's', expected: 2 })], patient)), { appended: 1 });
    t.same(tally(await one.append([record({ subject: 's', expected: 2 })], patient)), { refused: 1 });
  });

  await test('what is acknowledged stays so where its index cannot be written, and is known at the next append', async (t) => {
    const under = await direct.create(t);
    const [one, two] = [under.open(), under.open()];
    await one.append([record({ id: 'a', subject: 's' })], patient);
    const { pool } = under.database;
    const indexed = async () => (await pool.query<{ id: string }>('select id from log.receipts')).rows;
    // An append is answered before its index is committed.
    await eventually('the first is indexed', async () => (await indexed()).length === 1);
    await pool.query(`create function log.refuse() returns trigger language plpgsql as $$
      begin raise 'no index today'; end $$`);
    await pool.query('create trigger refuse before insert on log.batches for each row execute function log.refuse()');
    const b = record({ id: 'b', subject: 's' });
    t.same(tally(await one.append([b], patient)), { appended: 1 });
    t.same(await indexed(), [{ id: 'a' }], 'the index has nothing of it');
    await pool.query('drop trigger refuse on log.batches');
    t.same(tally(await two.append([b, record({ id: 'c', subject: 's', expected: 2 })], patient)), {
      duplicate: 1,
      appended: 1,
    });
    t.same(tally(await one.append([b, record({ id: 'd', subject: 's', expected: 3 })], patient)), {
      duplicate: 1,
      appended: 1,
    });
    t.same((await readAll(one)).map(idOf), ['a', 'b', 'c', 'd']);
  });

  await test('a broker killed under load loses nothing acknowledged, and everything is stored once', {
    timeout: 120_000,
  }, async (t) => {
    const under = await direct.create(t);
    const logs = [under.open(), under.open()] as const;
    const consumer = createConsumer();
    const subscription = await logs[1].subscribe(consumer.options);
    const acknowledged: string[] = [];
    const sending = records(400, 'k').map(async (one, n) => {
      await delay(n * 10);
      const outcomes = await logs[n % 2 === 0 ? 0 : 1].append([one], { atomic: true, deadlineMs: 60_000 });
      acknowledged.push(...outcomes.filter(({ status }) => status === 'appended').map(() => one.id));
    });
    await eventually('some are stored', () => acknowledged.length > 50);
    await control.kill();
    await control.start();
    await Promise.all(sending);
    t.equal(acknowledged.length, 400, 'each is appended once, none a duplicate');
    t.same((await readAll(logs[0])).map(idOf).toSorted(), acknowledged.toSorted());
    await eventually('all are delivered', () => consumer.ids().length >= 400, 60_000);
    t.same(consumer.ids().toSorted(), acknowledged.toSorted());
    t.same(consumer.problems, []);
    await subscription.stop();
  });

  await test('a frozen broker is a fault in time; thawed, the log goes on', { timeout: 120_000 }, async (t) => {
    const under = await direct.create(t);
    const log = under.open();
    await log.append([record({ id: 'a' })], patient);
    control.freeze();
    const one = record({ id: 'b' });
    const started = performance.now();
    t.match(await faultOf(log.append([one], { atomic: true, deadlineMs: 1_500 })), { retryable: true });
    t.ok(performance.now() - started < 3_000);
    control.thaw();
    const again = tally(await log.append([one], { atomic: true, deadlineMs: 30_000 }));
    t.ok(again['appended'] === 1 || again['duplicate'] === 1, JSON.stringify(again));
    t.same((await readAll(log)).map(idOf).toSorted(), ['a', 'b']);
  });
} else tap.pass('skipped: no broker', { skip: 'no Kafka broker of our own can be had' });
