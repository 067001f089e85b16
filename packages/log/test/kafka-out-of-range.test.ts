/** Offsets that are not in the topic, and batches that the topic does not take: told, never jumped over. */
import { startKafka } from '@ledgerline/testkit';
import { Kafka, logLevel } from 'kafkajs';
import tap, { test } from 'tap';
import { eventually, idOf, patient, readAll, subjectIn, tally } from './contract/contract.ts';
import { kafkaContract } from './contract/kafka-contract.ts';
import { faultOf } from './contract/limits-features.ts';
import { createConsumer } from './contract/test-consumer.ts';
import { record } from './contract/test-events.ts';

const broker = await startKafka(tap);
if (broker) {
  const contract = kafkaContract(broker);
  const kafka = new Kafka({ brokers: [...broker.brokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  tap.teardown(async () => await admin.disconnect());
  const inOne = (count: number, prefix: string) =>
    Array.from({ length: count }, (_, n) => record({ id: `${prefix}-${n}`, subject: subjectIn(1) }));

  await test('records that are gone are a fault for whoever reads from them, and nothing later is delivered', {
    timeout: 60_000,
  }, async (t) => {
    const under = await contract.create(t);
    const log = under.open();
    await log.append(inOne(30, 'g'), patient);
    // kafkajs' admin knows a topic's leaders only once it has asked for them.
    await admin.fetchTopicOffsets(under.settings.topic);
    await admin.deleteTopicRecords({ topic: under.settings.topic, partitions: [{ partition: 1, offset: '20' }] });
    const gone = { code: 'log-unsuitable', retryable: false, message: /offset 0 of partition 1 is not in the log/ };
    t.match(await faultOf(readAll(log)), gone);
    const consumer = createConsumer();
    const subscribing = async () => await (await log.subscribe(consumer.options)).ended;
    t.match(await faultOf(subscribing()), { ...gone, message: /not in the log|records are gone/ });
    t.same(consumer.ids(), [], 'the records from offset 20 on are not taken for the first');
  });

  await test('a start beyond the end is a fault, and what is written up to it later is not skipped', {
    timeout: 60_000,
  }, async (t) => {
    const under = await contract.create(t);
    const log = under.open();
    await log.append(inOne(5, 'b'), patient);
    const consumer = createConsumer();
    const subscription = await log.subscribe({
      ...consumer.options,
      startOf: async (partition) => (partition === 1 ? 9 : 0),
    });
    const fault = await faultOf(subscription.ended);
    t.match(fault, {
      code: 'log-unsuitable',
      message: /offset 9 of partition 1 is not in the log, which holds 0 to 5/,
    });
    t.same(consumer.ids(), []);
  });

  await test('a batch over the topic’s limit is a fault, not a writer out of step: the next append is stored', {
    timeout: 60_000,
  }, async (t) => {
    const under = await contract.create(t);
    const { topic } = under.settings;
    const log = under.open();
    await log.append(inOne(2, 'small'), patient);
    const limit = async (bytes: string) =>
      await admin.alterConfigs({
        validateOnly: false,
        resources: [
          {
            type: 2,
            name: topic,
            configEntries: Object.entries({
              'cleanup.policy': 'delete',
              'retention.ms': '-1',
              'retention.bytes': '-1',
              'message.timestamp.type': 'LogAppendTime',
              'compression.type': 'uncompressed',
              'max.message.bytes': bytes,
            }).map(([name, value]) => ({ name, value })),
          },
        ],
      });
    await limit('20000');
    const large = Array.from({ length: 10 }, (_, n) =>
      record({ id: `large-${n}`, subject: subjectIn(1), text: 'x'.repeat(10_000) }),
    );
    const refusal = async () => await faultOf(log.append(large, { atomic: true, deadlineMs: 5_000 }));
    await eventually('the limit is known to the broker', async () => /TOO_LARGE/.test((await refusal()).message));
    t.match(await refusal(), { code: 'log-unsuitable', retryable: false });
    t.same(tally(await log.append(inOne(2, 'after'), patient)), { appended: 2 });
    await limit('1048588');
    await eventually('the limit is lifted', async () => {
      const outcomes = await log.append(large, patient).catch(() => []);
      return tally(outcomes)['appended'] === 10;
    });
    t.same((await readAll(log)).map(idOf), ['small-0', 'small-1', 'after-0', 'after-1', ...large.map(({ id }) => id)]);
  });
} else tap.pass('skipped: no broker', { skip: 'no Kafka broker can be had' });
