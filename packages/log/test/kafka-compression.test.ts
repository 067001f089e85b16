/**
 * Batches that another producer compressed. kafkajs reads gzip at most: the topic's setting makes the broker unpack what
 * comes, and what was written under another setting is named as the reason, not skipped and not waited for in silence.
 */
import { type Codec, hasKcatProducer, produceCompressed, startKafka } from '@ledgerline/testkit';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import tap, { test } from 'tap';
import { eventually, idOf, patient, readAll, subjectIn, tally } from './contract/contract.ts';
import { kafkaContract } from './contract/kafka-contract.ts';
import { faultOf } from './contract/limits-features.ts';
import { createConsumer } from './contract/test-consumer.ts';
import { record } from './contract/test-events.ts';

const codecs: readonly Codec[] = ['gzip', 'lz4', 'snappy', 'zstd'];

const broker = await startKafka(tap);
if (broker && (await hasKcatProducer())) {
  const contract = kafkaContract(broker);
  const kafka = new Kafka({ brokers: [...broker.brokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  tap.teardown(async () => await admin.disconnect());

  await test('batches compressed by another producer, however, are stored and read unpacked', async (t) => {
    const under = await contract.create(t);
    const log = under.open();
    await log.append([record({ id: 'ours', subject: subjectIn(1) })], patient);
    const ids = codecs.flatMap((codec) => Array.from({ length: 20 }, (_, n) => `${codec}-${n}`));
    for (const codec of codecs) {
      const values = ids.filter((id) => id.startsWith(codec)).map((id) => record({ id, subject: 'theirs' }).content);
      await produceCompressed(broker.brokers, { topic: under.settings.topic, partition: 1, codec }, values);
    }
    t.same(tally(await log.append([record({ id: 'after', subject: subjectIn(1) })], patient)), { appended: 1 });
    t.same((await readAll(log)).map(idOf), ['ours', ...ids, 'after']);
    const consumer = createConsumer();
    const subscription = await log.subscribe({
      ...consumer.options,
      handle: async (batch, signal) => {
        // The key is the subject's: they gave none.
        const keyed = batch.records.map((one) => ({ ...one, key: one.key ?? 'theirs' }));
        await consumer.options.handle({ ...batch, records: keyed }, signal);
      },
    });
    await eventually('all are delivered', () => consumer.ids().length === ids.length + 2);
    await subscription.stop();
  });

  for (const codec of codecs.filter((one) => one !== 'gzip')) {
    await test(`a batch of ${codec} that was stored as it came is named as what can't be read`, async (t) => {
      const under = await contract.create(t);
      const { topic } = under.settings;
      const log = under.open();
      await log.append([record({ id: 'before', subject: subjectIn(1) })], patient);
      await setCompression(admin, topic, 'producer');
      const values = Array.from({ length: 20 }, (_, n) => record({ id: `c-${n}`, subject: 'theirs' }).content);
      await produceCompressed(broker.brokers, { topic, partition: 1, codec }, values);
      await setCompression(admin, topic, 'uncompressed');
      const reader = under.open({ readOnly: true });
      const named = { code: 'log-unsuitable', retryable: false, message: new RegExp(codec, 'i') };
      t.match(await faultOf(readAll(reader)), { ...named, message: /offset 1 of partition 1 can't be read/ });
      t.match(await faultOf(readAll(reader)), named);
      const consumer = createConsumer();
      const subscription = await reader.subscribe(consumer.options);
      t.match(await faultOf(subscription.ended), named, 'the subscription ends and says why');
      t.same(consumer.ids(), ['before'], 'what stands before it is delivered');
      // Whoever writes needs to have read it as well.
      const writer = under.open();
      t.match(await faultOf(writer.append([record({ subject: subjectIn(1) })], patient)), named);
      t.match(await faultOf(writer.ping()), named);
    });
  }
} else tap.pass('skipped: no broker, or no kcat', { skip: 'no Kafka broker can be had, or kcat is not installed' });

async function setCompression(admin: Admin, topic: string, type: string): Promise<void> {
  const required = {
    'cleanup.policy': 'delete',
    'retention.ms': '-1',
    'retention.bytes': '-1',
    'message.timestamp.type': 'LogAppendTime',
  };
  const configEntries = Object.entries({ ...required, 'compression.type': type }).map(([name, value]) => ({
    name,
    value,
  }));
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: topic, configEntries }] });
}
