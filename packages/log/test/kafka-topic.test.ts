/** The topic as others see it, and topics that can be no log. */
import { quietLogger, startKafka } from '@ledgerline/testkit';
import { type Admin, CompressionTypes, Kafka, logLevel, type Producer } from 'kafkajs';
import tap, { test } from 'tap';
import { ensureTopic } from '../src/kafka/topic.ts';
import { idOf, patient, readAll, subjectIn, tally } from './contract/contract.ts';
import { kafkaContract } from './contract/kafka-contract.ts';
import { faultOf } from './contract/limits-features.ts';
import { consumeRaw } from './contract/raw-consumer.ts';
import { record } from './contract/test-events.ts';

const broker = await startKafka(tap);
if (broker) {
  const contract = kafkaContract(broker);
  const kafka = new Kafka({ brokers: [...broker.brokers], logLevel: logLevel.NOTHING });
  const admin: Admin = kafka.admin();
  const producer: Producer = kafka.producer();
  await Promise.all([admin.connect(), producer.connect()]);
  tap.teardown(async () => await Promise.all([admin.disconnect(), producer.disconnect()]));

  await test('a record is a structured CloudEvent as the Kafka binding has it, keyed by its subject', async (t) => {
    const under = await contract.create(t);
    const sent = record({ subject: subjectIn(2, 'č') });
    await under.open().append([sent], patient);
    const [genesis, ...rest] = (await consumeRaw(t, kafka, under.settings.topic, 2)).toSorted(
      (a, b) => a.partition - b.partition,
    );
    const found = rest[0];
    t.equal(found?.partition, 2);
    t.equal(found?.key, sent.subject);
    t.equal(found?.value, sent.content);
    t.match(found?.headers, {
      'content-type': 'application/cloudevents+json; charset=UTF-8',
      'ledgerline-offset': '0',
    });
    t.match(JSON.parse(genesis?.value ?? ''), {
      specversion: '1.0',
      type: 'ledgerline.log-created.v1',
      source: 'urn:ledgerline:log',
    });
    t.equal(genesis?.partition, 0);
  });

  await test('processes that create the topic at once make one log', async (t) => {
    const settings = { brokers: broker.brokers, topic: `raced-${process.pid}`, clientId: 'test' };
    const described = await Promise.all(
      Array.from(
        { length: 5 },
        async () => await ensureTopic(settings, { partitions: 3, replication: 1 }, quietLogger),
      ),
    );
    t.equal(new Set(described.map(({ logId }) => logId)).size, 1);
    t.equal(described[0]?.partitions, 3);
  });

  const unsuitable: [name: string, config: Record<string, string>, reason: RegExp][] = [
    ['retention in time', { 'retention.ms': '604800000' }, /retention\.ms is 604800000 and must be -1/],
    ['retention in bytes', { 'retention.bytes': '1000000' }, /retention\.bytes is 1000000/],
    ['compaction', { 'cleanup.policy': 'compact' }, /cleanup\.policy is compact/],
    ['the producer’s clock', { 'message.timestamp.type': 'CreateTime' }, /message\.timestamp\.type is CreateTime/],
    ['compression that we can’t read', { 'compression.type': 'producer' }, /compression\.type is producer/],
    ['messages too small', { 'max.message.bytes': '1000' }, /max\.message\.bytes is 1000/],
  ];
  for (const [name, config, reason] of unsuitable) {
    await test(`a topic with ${name} is refused, with the setting and its value`, async (t) => {
      const under = await contract.create(t);
      const configEntries = Object.entries(config).map(([key, value]) => ({ name: key, value }));
      await admin.alterConfigs({
        validateOnly: false,
        resources: [{ type: 2, name: under.settings.topic, configEntries }],
      });
      t.match(await faultOf(under.open().append([record()], patient)), { code: 'log-unsuitable', retryable: false });
      t.match(await faultOf(under.open({ readOnly: true }).ping()), { code: 'log-unsuitable', message: reason });
    });
  }

  await test('a topic of another program is refused', async (t) => {
    const under = await contract.create(t, { created: false });
    await ensureBareTopic(admin, under.settings.topic);
    await producer.send({ topic: under.settings.topic, messages: [{ partition: 0, value: '{"type":"theirs"}' }] });
    t.match(await faultOf(under.open().describe()), { code: 'log-unsuitable', message: /genesis/ });
    const options = { partitions: 4, replication: 1 };
    t.match(await faultOf(ensureTopic(under.settings, options, quietLogger)), { code: 'log-unsuitable' });
  });

  await test('a topic that got more partitions is refused', async (t) => {
    const under = await contract.create(t);
    await admin.createPartitions({ topicPartitions: [{ topic: under.settings.topic, count: 6 }] });
    t.match(await faultOf(under.open().describe()), {
      code: 'log-unsuitable',
      message: /6 partitions and was created with 4/,
    });
  });

  await test('a log made anew under the same name is refused by its writers and by readers of the old', async (t) => {
    const under = await contract.create(t);
    const log = under.open();
    await log.append([record({ subject: subjectIn(1) })], patient);
    await admin.deleteTopics({ topics: [under.settings.topic] });
    await ensureTopic(under.settings, { partitions: 4, replication: 1 }, quietLogger);
    t.match(await faultOf(log.append([record({ subject: subjectIn(1) })], patient)), { code: 'log-unsuitable' });
    t.match(await faultOf(under.open().append([record({ subject: subjectIn(2) })], patient)), {
      code: 'log-unsuitable',
    });
  });

  await test('records of another producer are read as they are: gzip, no key, no event; aborted ones are not', async (t) => {
    const under = await contract.create(t);
    const { topic } = under.settings;
    const log = under.open();
    await log.append([record({ id: 'a', subject: subjectIn(1) })], patient);
    await producer.send({
      topic,
      compression: CompressionTypes.GZIP,
      messages: [{ partition: 1, value: 'no event at all' }],
    });
    const transactional = kafka.producer({ transactionalId: topic, maxInFlightRequests: 1, idempotent: true });
    await transactional.connect();
    for (const [end, value] of [
      ['abort', 'taken back'],
      ['commit', JSON.stringify(record({ id: 'theirs', subject: 'x' }).event)],
    ] as const) {
      const transaction = await transactional.transaction();
      await transaction.send({ topic, messages: [{ partition: 1, value }] });
      await transaction[end]();
    }
    await transactional.disconnect();
    t.same(tally(await log.append([record({ id: 'b', subject: subjectIn(1) })], patient)), { appended: 1 });
    const stored = (await readAll(log)).map(({ value, key }) => [key, value.toString().slice(0, 20)]);
    t.match(stored, [[subjectIn(1)], [null, 'no event at all'], [null, /theirs|source/], [subjectIn(1)]]);
    t.equal(stored.length, 4);
    t.same(tally(await log.append([record({ id: 'theirs', subject: 'x' })], patient)), { duplicate: 1 });
  });

  await test('a writer without a topic waits for it, and creates none', async (t) => {
    const under = await contract.create(t, { created: false });
    const log = under.open({ readOnly: true });
    t.match(await faultOf(log.describe()), { code: 'log-unavailable', retryable: true });
    const writer = under.open();
    t.match(await faultOf(writer.append([record()], { atomic: true, deadlineMs: 1_000 })), { retryable: true });
    t.notOk((await admin.listTopics()).includes(under.settings.topic));
    await ensureTopic(under.settings, { partitions: 4, replication: 1 }, quietLogger);
    t.same(tally(await writer.append([record({ id: 'z' })], patient)), { appended: 1 });
    t.same((await readAll(log)).map(idOf), ['z']);
  });
} else tap.pass('skipped: no broker', { skip: 'no Kafka broker can be had' });

async function ensureBareTopic(admin: Admin, topic: string): Promise<void> {
  await admin.createTopics({ topics: [{ topic, numPartitions: 4, replicationFactor: 1 }], waitForLeaders: true });
}
