/** Two brokers: leaders move because theirs is killed, and move back by themselves, while appends name several partitions. */
import { startKafkaCluster } from '@ledgerline/testkit';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import tap, { test } from 'tap';
import { eventually, idOf, PARTITIONS, readAll, subjectIn } from './contract/contract.ts';
import { kafkaContract } from './contract/kafka-contract.ts';
import { createConsumer } from './contract/test-consumer.ts';
import { record } from './contract/test-events.ts';

const long = { atomic: true, deadlineMs: 60_000 };
const WRITERS = 6;

const cluster = await startKafkaCluster(tap);
if (cluster) {
  const kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  tap.teardown(async () => await admin.disconnect());

  await test('leaders that move under load lose nothing and double nothing, and appends go on', {
    timeout: 150_000,
  }, async (t) => {
    const broker = { brokers: cluster.brokers, control: null, stop: async () => undefined };
    const under = await kafkaContract(broker, undefined, 2).create(t);
    const { topic } = under.settings;
    await eventually('both lead', async () => new Set(await leadersOf(admin, topic)).size === 2);
    const logs = [under.open(), under.open()] as const;
    const consumer = createConsumer();
    const subscription = await logs[1].subscribe(consumer.options);
    const acknowledged: string[] = [];
    const others: string[] = [];
    let over = false;
    const write = async (writer: number) => {
      for (let n = 0; !over; n += 1) {
        const call = Array.from({ length: PARTITIONS }, (_, partition) =>
          record({ id: `m-${writer}-${n}-${partition}`, subject: subjectIn(partition, `w${writer}`), expected: n }),
        );
        const outcomes = await (logs[writer % 2] ?? logs[0]).append(call, long);
        for (const [index, { status }] of outcomes.entries()) {
          (status === 'appended' ? acknowledged : others).push(call[index]?.id ?? '');
        }
      }
    };
    const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
    const progress = async (what: string) => {
      const reached = acknowledged.length + 40 * PARTITIONS;
      await eventually(what, () => acknowledged.length > reached, 60_000);
    };
    await progress('they write');
    await cluster.second.kill();
    await eventually('all leaders are at the first', async () =>
      (await leadersOf(admin, topic)).every((id) => id === 1),
    );
    await progress('they write to the new leaders');
    await cluster.second.start();
    await eventually('leaders move back', async () => new Set(await leadersOf(admin, topic)).size === 2, 60_000);
    await progress('they write to the old leaders');
    over = true;
    await writing;
    t.same(others, [], 'no record is refused, or taken for a duplicate of itself');
    const stored = (await readAll(logs[0])).map(idOf);
    t.same(stored.toSorted(), acknowledged.toSorted());
    await eventually('all are delivered', () => consumer.ids().length >= acknowledged.length, 60_000);
    t.same(consumer.ids().toSorted(), acknowledged.toSorted());
    t.same(consumer.problems, []);
    await subscription.stop();
  });
} else tap.pass('skipped: no brokers', { skip: 'two Kafka brokers can not be had' });

async function leadersOf(admin: Admin, topic: string): Promise<number[]> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  return (topics[0]?.partitions ?? []).map(({ leader }) => leader);
}
