/** Features of `subscribe`: delivery, order, failure, ownership, stopping. */
import { test } from 'tap';
import { type Contract, eventually, idOf, PARTITIONS, patient, records, subjectIn, type TestLog } from './contract.ts';
import { faultOf } from './limits-features.ts';
import { createConsumer } from './test-consumer.ts';
import { record } from './test-events.ts';

export async function subscribeFeatures({ adapter, create }: Contract): Promise<void> {
  await test(`${adapter}: a group gets everything in order, what was there and what comes`, async (t) => {
    const under = await create(t);
    const log = under.open();
    await log.append(records(50, 'old'), patient);
    const consumer = createConsumer();
    const subscription = await log.subscribe({ ...consumer.options, maxRecords: 7 });
    for (const one of records(20, 'new')) await log.append([one], patient);
    await eventually('all are delivered', () => consumer.ids().length === 70);
    t.same(consumer.ids().toSorted(), [...records(50, 'old'), ...records(20, 'new')].map(({ id }) => id).toSorted());
    t.same(consumer.problems, [], 'each batch begins where the one before ended');
    t.ok(consumer.batches.every((batch) => batch.records.length <= 7));
    t.same(subscription.assigned(), [0, 1, 2, 3]);
    await eventually(
      'every reader reaches the end',
      async () => String(await log.ends()) === String(consumer.reached()),
    );
    await subscription.stop();
    await subscription.stop();
    await t.resolves(subscription.ended);
  });

  await test(`${adapter}: large records come in batches of at most a mebibyte or so, none left out`, async (t) => {
    const log = (await create(t)).open();
    const text = 'x'.repeat(60_000);
    const large = Array.from({ length: 60 }, (_, n) => record({ id: `l-${n}`, subject: subjectIn(1), text }));
    for (let at = 0; at < 60; at += 12) await log.append(large.slice(at, at + 12), patient);
    const consumer = createConsumer();
    const subscription = await log.subscribe({ ...consumer.options, maxRecords: 2_000 });
    await eventually('all are delivered', () => consumer.ids().length === 60);
    t.same(
      consumer.ids(),
      large.map(({ id }) => id),
    );
    t.same(consumer.problems, []);
    const sizes = consumer.batches.map(({ records: all }) => all.reduce((sum, { value }) => sum + value.length, 0));
    t.ok(Math.max(...sizes) < 1_200_000, `${sizes}`);
    await subscription.stop();
  });

  await test(`${adapter}: another process's append is delivered within a quarter of a second`, async (t) => {
    const under = await create(t);
    const [writer, reader] = [under.open(), under.open({ readOnly: true })];
    await writer.append([record()], patient);
    const consumer = createConsumer();
    const subscription = await reader.subscribe(consumer.options);
    await eventually('the first is delivered', () => consumer.ids().length === 1);
    const latencies: number[] = [];
    for (const one of records(5, 'l')) {
      await writer.append([one], patient);
      const appended = performance.now();
      await eventually('it is delivered', () => consumer.ids().includes(one.id));
      latencies.push(performance.now() - appended);
    }
    t.ok((latencies.toSorted((a, b) => a - b)[2] ?? 0) < 250, `median of ${latencies.map(Math.round)} ms`);
    await subscription.stop();
  });

  await test(`${adapter}: after a failure the handler gets the batch again, from where it says`, async (t) => {
    const log = (await create(t)).open();
    await log.append(
      Array.from({ length: 9 }, (_, n) => record({ id: `f-${n}`, subject: subjectIn(2) })),
      patient,
    );
    const consumer = createConsumer();
    let failures = 0;
    const subscription = await log.subscribe({
      ...consumer.options,
      maxRecords: 3,
      async handle(batch, signal) {
        if (batch.records.some((one) => idOf(one) === 'f-4') && ++failures <= 3) throw new Error('not now');
        await consumer.options.handle(batch, signal);
      },
    });
    await eventually('all are delivered', () => consumer.ids().length === 9);
    t.equal(failures, 4);
    t.same(
      consumer.ids(),
      Array.from({ length: 9 }, (_, n) => `f-${n}`),
      'once each: the checkpoint was kept',
    );
    await subscription.stop();
  });

  await test(`${adapter}: two members share the partitions, never one partition both; a member's share is taken over`, async (t) => {
    const under = await create(t);
    const [one, two] = [under.open(), under.open()];
    const consumer = createConsumer();
    const told: string[] = [];
    const first = await one.subscribe({
      ...consumer.options,
      onAssignment: (partitions) => told.push(partitions.join(' ')),
    });
    await eventually('the first has all', () => first.assigned().length === PARTITIONS);
    const second = await two.subscribe(consumer.options);
    await eventually('they share', () => first.assigned().length === 2 && second.assigned().length === 2);
    t.same(new Set([...first.assigned(), ...second.assigned()]), new Set([0, 1, 2, 3]));
    await eventually('it is told what it has now', () => told.at(-1) === first.assigned().join(' '));
    await one.append(records(100, 'm'), patient);
    await eventually('all are delivered', () => consumer.ids().length === 100);
    await first.stop();
    await eventually('the second has all', () => second.assigned().length === PARTITIONS);
    await one.append(records(50, 'n'), patient);
    await eventually('all are delivered', () => consumer.ids().length === 150);
    t.same(consumer.problems, [], 'no partition was with two members, nothing twice, nothing left out');
    await second.stop();
  });

  await test(`${adapter}: two groups each get everything`, async (t) => {
    const log = (await create(t)).open();
    const [one, two] = [createConsumer('one'), createConsumer('two')];
    const subscriptions = [await log.subscribe(one.options), await log.subscribe(two.options)];
    await log.append(records(40, 'g'), patient);
    await eventually('both have all', () => one.ids().length === 40 && two.ids().length === 40);
    await Promise.all(subscriptions.map(async (subscription) => await subscription.stop()));
  });

  await test(`${adapter}: stop waits for the handler in progress, and no batch comes after it`, async (t) => {
    const log = (await create(t)).open();
    await log.append(records(20, 'p'), patient);
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    let running = 0;
    const subscription = await log.subscribe({
      ...createConsumer().options,
      async handle(_batch, signal) {
        running += 1;
        started.resolve();
        await finish.promise;
        t.notOk(signal.aborted, 'a stop is no loss of the partition');
        running -= 1;
      },
    });
    await started.promise;
    let stopped = false;
    const stopping = subscription.stop().then(() => {
      stopped = true;
    });
    // The whole life of another group passes meanwhile, its stop included.
    const other = createConsumer('other');
    const another = await log.subscribe(other.options);
    await eventually('the other group has all', () => other.ids().length === 20);
    await another.stop();
    t.notOk(stopped);
    finish.resolve();
    await stopping;
    t.equal(running, 0);
    t.same(subscription.assigned(), []);
  });

  await test(`${adapter}: a group survives the loss of its database connections by itself`, async (t) => {
    const under = await create(t);
    const log = under.open();
    const consumer = createConsumer();
    const subscription = await log.subscribe(consumer.options);
    await log.append(records(10, 'x'), patient);
    await eventually('all are delivered', () => consumer.ids().length === 10);
    await under.database.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await log.append(records(10, 'y'), patient);
    await eventually('those after it too', () => consumer.ids().length === 20);
    t.same(consumer.problems, []);
    await subscription.stop();
  });

  await test(`${adapter}: a checkpoint beyond the end ends the subscription with the reason`, async (t) => {
    const log: TestLog = (await create(t)).open();
    await log.append([record({ subject: subjectIn(1) })], patient);
    const subscription = await log.subscribe({ ...createConsumer().options, startOf: async () => 7 });
    t.match(await faultOf(subscription.ended), { code: 'log-unsuitable', retryable: false, message: /7/ });
    t.same(subscription.assigned(), []);
  });
}
