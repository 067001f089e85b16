/**
 * Answers that never come, or come without a part, while many appends are under way: kafkajs' idempotent producer loses
 * acknowledged records there (docs/decisions/0003). Ours says in each record where it has to land.
 */
import { startKafka, startKafkaProxy } from '@ledgerline/testkit';
import { Kafka, logLevel } from 'kafkajs';
import tap, { test } from 'tap';
import { idOf, patient, readAll, records, subjectIn, tally } from './contract/contract.ts';
import { kafkaContract } from './contract/kafka-contract.ts';
import { consumeRaw } from './contract/raw-consumer.ts';
import { record } from './contract/test-events.ts';

const LOST_ANSWERS = 3;
const long = { atomic: true, deadlineMs: 60_000 };

const broker = await startKafka(tap, { own: true });
const control = broker?.control;
if (broker && control) {
  const kafka = new Kafka({ brokers: [...broker.brokers], logLevel: logLevel.NOTHING });

  await test('answers lost under load cost nothing: all is stored once and answered as appended', {
    timeout: 120_000,
  }, async (t) => {
    const proxy = await startKafkaProxy(t, control.proxied);
    const under = await kafkaContract(broker, [proxy.broker]).create(t);
    const logs = [under.open(), under.open(), under.open()] as const;
    const all = records(900, 'l');
    const statuses: string[] = [];
    let over = false;
    const losing = async () => {
      for (let lost = 0; lost < LOST_ANSWERS; lost += 1) await proxy.swallowProduceAnswer();
      over = true;
    };
    const lost = losing();
    const queue = [...all];
    const hand = async (n: number) => {
      for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
        const outcomes = await (logs[n % 3] ?? logs[0]).append([one], long);
        statuses.push(...outcomes.map(({ status }) => status));
        // As long as an answer is still to be lost there is something to ask for.
        if (queue.length === 0 && !over) {
          const more = record();
          all.push(more);
          queue.push(more);
        }
      }
    };
    await Promise.all(Array.from({ length: 30 }, (_, n) => hand(n)));
    await lost;
    t.same(new Set(statuses), new Set(['appended']), 'none is taken for a duplicate of itself');
    const stored = (await readAll(logs[0])).map(idOf);
    t.same(stored.toSorted(), all.map(({ id }) => id).toSorted());
    const raw = await consumeRaw(t, kafka, under.settings.topic, all.length + 2);
    t.ok(raw.length > all.length + 1, 'the topic holds what was sent again, and nobody sees it');
    t.same(tally(await under.open().append(all.slice(0, 500), long)), { duplicate: 500 });
    await Promise.all(logs.map((log) => log.close()));
    await proxy.stop();
  });

  await test('an answer that leaves out a partition is no success for it', { timeout: 60_000 }, async (t) => {
    const proxy = await startKafkaProxy(t, control.proxied);
    const under = await kafkaContract(broker, [proxy.broker]).create(t);
    const log = under.open();
    await log.append(records(8, 'before'), patient);
    // What is left out was displaced as well: taken for a success it would be told of, and not be there.
    const producer = kafka.producer();
    await producer.connect();
    const messages = [{ partition: 3, value: record({ id: 'foreign' }).content }];
    await producer.send({ topic: under.settings.topic, messages });
    await producer.disconnect();
    const shortened = proxy.leaveOutPartition(3);
    const call = [1, 2, 3].map((partition) => record({ id: `p${partition}`, subject: subjectIn(partition) }));
    const outcomes = await log.append(call, patient);
    await shortened;
    t.same(tally(outcomes), { appended: 3 });
    const places = new Map((await readAll(log)).map((one) => [idOf(one), `${one.partition}/${one.offset}`]));
    t.same(
      outcomes.map((one) => 'offset' in one && `${one.partition}/${one.offset}`),
      call.map(({ id }) => places.get(id)),
      'each is where it was said to be',
    );
    t.equal(places.size, 12);
    t.same(tally(await log.append(call, patient)), { duplicate: 3 });
    await log.close();
    await proxy.stop();
  });
} else tap.pass('skipped: no broker', { skip: 'no Kafka broker of our own can be had' });
