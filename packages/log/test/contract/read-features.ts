/** Features of `read`, `ends`, `describe`, and of the index that writers keep. */
import { test } from 'tap';
import { forgetIndex } from '../../src/append/log-index.ts';
import type { LogBatch } from '../../src/port.ts';
import { type Contract, idOf, PARTITIONS, patient, readAll, records, statusOf, subjectIn, tally } from './contract.ts';
import { faultOf } from './limits-features.ts';
import { record } from './test-events.ts';

export async function readFeatures({ adapter, create }: Contract): Promise<void> {
  await test(`${adapter}: a range is read in batches that follow each other, without the genesis`, async (t) => {
    const log = (await create(t)).open();
    const sent = Array.from({ length: 10 }, (_, n) => record({ id: `r-${n}`, subject: subjectIn(0) }));
    await log.append(sent, patient);
    const batches = await collect(log.read(0, 0, 11, 4));
    t.same(
      batches.flatMap((batch) => batch.records.map(idOf)),
      sent.map(({ id }) => id),
    );
    t.ok(batches.every((batch) => batch.records.length <= 4));
    t.same(
      batches.map(({ from }) => from),
      [0, ...batches.slice(0, -1).map(({ next }) => next)],
    );
    t.equal(batches.at(-1)?.next, 11);
    t.ok(batches.every(({ end, partition }) => end === 11 && partition === 0));
    const part = await collect(log.read(0, 3, 7, 100));
    t.same(
      part.flatMap((batch) => batch.records.map(({ offset }) => offset)),
      [3, 4, 5, 6],
    );
    t.match(part[0]?.records[0], { partition: 0, offset: 3, key: subjectIn(0), recordedAt: /Z$/, appended: true });
    t.same(await collect(log.read(0, 5, 5, 100)), []);
  });

  await test(`${adapter}: reading beyond the end is a fault that no retry heals, never a jump`, async (t) => {
    const log = (await create(t)).open();
    await log.append([record({ subject: subjectIn(1) })], patient);
    t.match(await faultOf(collect(log.read(1, 0, 2, 10))), { code: 'log-unsuitable', retryable: false });
    t.match(await faultOf(collect(log.read(1, 5, 9, 10))), { code: 'log-unsuitable', retryable: false });
  });

  await test(`${adapter}: every process describes the same log, and knows its ends`, async (t) => {
    const under = await create(t);
    const [one, two] = [under.open(), under.open()];
    await one.append(records(9, 'd'), patient);
    const reader = under.open({ readOnly: true });
    t.same(await two.describe(), await one.describe());
    t.same(await reader.describe(), await one.describe());
    t.equal((await one.describe()).partitions, PARTITIONS);
    t.same(await reader.ends(), await one.ends());
    t.equal(
      (await one.ends()).reduce((sum, end) => sum + end),
      10,
    );
    await t.resolves(one.ping());
    await t.resolves(reader.ping());
  });

  await test(`${adapter}: an index that was lost is made again from the log: duplicates, conflicts, subjects`, async (t) => {
    const under = await create(t);
    const before = under.open();
    const sent = records(300, 'i');
    const outcomes = await before.append(sent, patient);
    await before.append([record({ id: 'v', subject: 'i-s0', expected: 1 })], patient);
    await before.close();
    await forgetIndex(under.database.pool);
    const log = under.open();
    const again = await log.append(
      [...sent, record({ id: 'i-7', text: 'other' }), record({ subject: 'i-s0', expected: 1 })],
      patient,
    );
    t.same(
      again.slice(0, 300),
      outcomes.map((one) => ({ ...one, status: 'duplicate' })),
    );
    t.same(again.slice(300).map(statusOf), ['conflict', 'refused']);
    t.same(tally(await log.append([record({ subject: 'i-s0', expected: 2 })], patient)), { appended: 1 });
    t.equal((await readAll(log)).length, 302);
  });

  await test(`${adapter}: an index lost under a running writer is made again`, async (t) => {
    const under = await create(t);
    const log = under.open();
    const sent = records(20, 'w');
    await log.append(sent, patient);
    await forgetIndex(under.database.pool);
    t.same(tally(await log.append(sent, patient)), { duplicate: 20 });
    t.same(tally(await log.append([record({ subject: 'w-s1', expected: 1 })], patient)), { appended: 1 });
  });

  await test(`${adapter}: a database that holds another log's index is refused, by name`, async (t) => {
    const under = await create(t);
    const log = under.open();
    await log.append([record()], patient);
    await log.close();
    await under.database.pool.query("update log.logs set log_id = 'another', adapter = 'kafka'");
    t.match(await faultOf(under.open().append([record()], patient)), { code: 'log-unsuitable', message: /another/ });
  });
}

export async function collect(batches: AsyncIterable<LogBatch>): Promise<LogBatch[]> {
  const all: LogBatch[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}
