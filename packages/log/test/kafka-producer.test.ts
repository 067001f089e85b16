/** Our own encoding of a produce, judged by a broker, which checks the sum, and by kafkajs, which reads it. */
import { quietLogger, startKafka } from '@ledgerline/testkit';
import fc from 'fast-check';
import { Kafka, logLevel } from 'kafkajs';
import tap, { test } from 'tap';
import { crc32c } from '../src/kafka/crc32c.ts';
import { toLogFault } from '../src/kafka/faults.ts';
import { CONTENT_TYPE } from '../src/kafka/message.ts';
import { createProducer } from '../src/kafka/producer.ts';
import { sizedRecord } from '../src/kafka/record-batch.ts';
import { createKafkaClient } from '../src/kafka/settings.ts';
import { consumeRaw, type RawMessage } from './contract/raw-consumer.ts';

await test('the sum of bytes is that of RFC 3720, from any place on', (t) => {
  const known: [Uint8Array, number][] = [
    [new Uint8Array(32), 0x8a9136aa],
    [new Uint8Array(32).fill(0xff), 0x62a8ab43],
    [Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
    [Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
    [Buffer.from('123456789'), 0xe3069283],
  ];
  for (const [bytes, sum] of known) {
    t.equal(crc32c(bytes, 0, bytes.length), sum);
    const shifted = Uint8Array.from([7, 7, 7, ...bytes, 9]);
    t.equal(crc32c(shifted, 3, 3 + bytes.length), sum);
  }
  t.end();
});

const broker = await startKafka(tap);
if (broker) {
  const settings = { brokers: broker.brokers, topic: `produce-${process.pid}-${Date.now()}`, clientId: 'test' };
  const { topic } = settings;
  const kafka = new Kafka({ brokers: [...broker.brokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 2, replicationFactor: 1 }] });
  await admin.disconnect();
  const producer = createProducer(createKafkaClient(settings, quietLogger), topic);
  tap.teardown(async () => await producer.close());

  await test('whatever is produced is read as it was given, with its key and headers', async (t) => {
    // Around where a length takes one byte more, and in several scripts.
    const length = fc.oneof(
      fc.integer({ min: 0, max: 130 }),
      fc.constantFrom(63, 64, 8_191, 8_192, 8_193),
      fc.integer({ min: 7_900, max: 8_300 }),
    );
    const text = length.chain((maxLength) => fc.string({ unit: 'grapheme', minLength: maxLength >> 2, maxLength }));
    const record = fc.record({ subject: fc.string({ unit: 'grapheme', maxLength: 80 }), content: text });
    const base = fc.constantFrom(0, 9, 10, 99, 12_345, 2 ** 33, 10 ** 15);
    const sent = new Map<number, { key: string; value: string; offset: string }[]>([
      [0, []],
      [1, []],
    ]);
    const batches = fc.tuple(
      fc.array(record, { minLength: 1, maxLength: 80 }),
      fc.array(record, { minLength: 1 }),
      base,
    );
    await fc.assert(
      fc.asyncProperty(batches, async ([first, second, offset]) => {
        const given = [first, second].map((records, partition) => ({
          partition,
          offset,
          records: records.map(sizedRecord),
        }));
        const answers = await producer.produce(given, 5_000);
        for (const { partition, records } of given) {
          const list = sent.get(partition) ?? [];
          const answer = answers.find((one) => one.partition === partition);
          t.match(answer, { errorCode: 0, baseOffset: list.length });
          list.push(...records.map(({ key, value }, index) => ({ key, value, offset: String(offset + index) })));
        }
      }),
      { numRuns: 40 },
    );
    const total = (sent.get(0)?.length ?? 0) + (sent.get(1)?.length ?? 0);
    const read = await consumeRaw(t, kafka, topic, total);
    for (const [partition, list] of sent) t.same(read.filter((one) => one.partition === partition).map(seen), list);
    t.ok(read.every(({ headers }) => headers['content-type'] === CONTENT_TYPE.toString()));
    t.ok(read.every(({ headers }) => Object.keys(headers).length === 2));
  });

  await test('what a partition refuses is a fault that says why, and the next produce goes through', async (t) => {
    const content = 'x'.repeat(2_000_000);
    const batch = (text: string) => ({
      partition: 1,
      offset: 0,
      records: [sizedRecord({ subject: 's', content: text })],
    });
    const refused = await producer.produce([batch(content)], 5_000).then(null, (error: unknown) => error);
    t.match(toLogFault(refused, 'write'), { code: 'log-unsuitable', retryable: false, message: /MESSAGE_TOO_LARGE/ });
    t.match(await producer.produce([batch('y')], 5_000), [{ partition: 1, errorCode: 0 }]);
  });

  await test('a partition that is not there is a topic that is not there yet', async (t) => {
    const batch = { partition: 7, offset: 0, records: [sizedRecord({ subject: 's', content: 'c' })] };
    const refused = await producer.produce([batch], 5_000).then(null, (error: unknown) => error);
    t.match(toLogFault(refused, 'write'), { code: 'log-unavailable', retryable: true, message: /not been created/ });
  });
}

function seen({ key, value, headers }: RawMessage) {
  return { key, value, offset: headers['ledgerline-offset'] };
}
