/** Features of `append`: idempotency, the rule, atomicity, order. */
import { test } from 'tap';
import { type Contract, eventOf, idOf, patient, readAll, records, statusOf, subjectIn, tally } from './contract.ts';
import { record } from './test-events.ts';

export async function appendFeatures({ adapter, create }: Contract): Promise<void> {
  await test(`${adapter}: a record is appended once; again it is a duplicate with the same place, after a restart too`, async (t) => {
    const under = await create(t);
    const log = under.open();
    const one = record({ id: 'one', subject: subjectIn(1) });
    const [first] = await log.append([one], patient);
    t.match(first, {
      status: 'appended',
      partition: 1,
      offset: 0,
      recordedAt: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
    });
    const again = { ...first, status: 'duplicate' };
    t.same(await log.append([one], patient), [again]);
    await log.close();
    t.same(await under.open().append([one], patient), [again]);
    t.same((await readAll(log)).map(idOf), ['one']);
  });

  await test(`${adapter}: offsets have no gaps, and begin behind the genesis`, async (t) => {
    const log = (await create(t)).open();
    const outcomes = await log.append([record({ subject: subjectIn(0) }), record({ subject: subjectIn(0) })], patient);
    t.match(outcomes, [{ offset: 1 }, { offset: 2 }]);
    t.same(await log.ends(), [3, 0, 0, 0]);
  });

  await test(`${adapter}: the same id with other content is a conflict and stores nothing`, async (t) => {
    const under = await create(t);
    const log = under.open();
    await log.append([record({ id: 'one', subject: 's' })], patient);
    const ends = await log.ends();
    t.same(await log.append([record({ id: 'one', subject: 's', text: 'other' })], patient), [{ status: 'conflict' }]);
    t.same(await under.open().append([record({ id: 'one', subject: 'elsewhere' })], patient), [{ status: 'conflict' }]);
    t.same(await log.ends(), ends);
  });

  await test(`${adapter}: known, repeated and new ids of one call come to outcomes of their own, whatever went before`, async (t) => {
    const log = (await create(t)).open();
    const known = record({ id: 'known', subject: subjectIn(0) });
    await log.append([known], patient);
    // The first of these rounds takes all its ids to be new, those after it look first, the last take them to be new.
    for (let round = 0; round < 12; round += 1) {
      const fresh = ['a', 'b'].map((id) => record({ id: `${id}${round}`, subject: subjectIn(0) }));
      const call = round === 0 ? [fresh[0], known, fresh[1], fresh[1]] : fresh;
      const outcomes = await log.append(
        call.flatMap((one) => one ?? []),
        patient,
      );
      const statuses = round === 0 ? ['appended', 'duplicate', 'appended', 'duplicate'] : ['appended', 'appended'];
      t.same(outcomes.map(statusOf), statuses);
    }
    const expected = ['known', ...Array.from({ length: 12 }, (_, round) => [`a${round}`, `b${round}`]).flat()];
    t.same((await readAll(log)).map(idOf), expected);
    t.same(await log.ends(), [expected.length + 1, 0, 0, 0]);
  });

  await test(`${adapter}: of twenty equal appends at once over two processes one is appended, nineteen are duplicates`, async (t) => {
    const under = await create(t);
    const logs = [under.open(), under.open()] as const;
    const one = record({ id: 'one' });
    const outcomes = (
      await Promise.all(
        Array.from({ length: 20 }, async (_, n) => await logs[n % 2 === 0 ? 0 : 1].append([one], patient)),
      )
    ).flat();
    t.same(tally(outcomes), { appended: 1, duplicate: 19 });
    t.equal(
      new Set(outcomes.map((outcome) => 'offset' in outcome && `${outcome.offset} ${outcome.recordedAt}`)).size,
      1,
    );
    t.same((await readAll(logs[0])).map(idOf), ['one']);
  });

  await test(`${adapter}: of fifty racing writers with one expected version, over two processes, one wins`, async (t) => {
    const under = await create(t);
    const logs = [under.open(), under.open()] as const;
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, async (_, n) => {
        const [outcome] = await logs[n % 2 === 0 ? 0 : 1].append([record({ subject: 'raced', expected: 0 })], patient);
        return outcome ?? t.fail('no outcome');
      }),
    );
    t.same(tally(outcomes as Parameters<typeof tally>[0]), { appended: 1, refused: 49 });
    t.equal((await readAll(logs[1])).length, 1);
  });

  await test(`${adapter}: one id raced to two partitions is appended once, and is a conflict in the other`, async (t) => {
    const under = await create(t);
    const logs = [under.open(), under.open()] as const;
    for (let round = 0; round < 10; round++) {
      const sides = logs.map(
        async (log, n) => await log.append([record({ id: `r-${round}`, subject: subjectIn(n + 1) })], patient),
      );
      t.same(tally((await Promise.all(sides)).flat()), { appended: 1, conflict: 1 });
    }
    t.equal((await readAll(logs[0])).length, 10);
  });

  await test(`${adapter}: a batch over all partitions is answered in input order, duplicates and conflicts within it included`, async (t) => {
    const log = (await create(t)).open();
    const batch = records(30, 'b');
    const twice = batch[3] ?? t.fail('no record');
    const outcomes = await log.append(
      [...batch, twice as (typeof batch)[0], record({ id: 'b-4', text: 'other' })],
      patient,
    );
    t.same(outcomes.map(statusOf), [...batch.map(() => 'appended'), 'duplicate', 'conflict']);
    t.same({ ...outcomes[30], status: 'appended' }, outcomes[3]);
    const stored = new Map((await readAll(log)).map((one) => [`${one.partition}/${one.offset}`, idOf(one)]));
    const places = outcomes.slice(0, 30).map((one) => 'offset' in one && stored.get(`${one.partition}/${one.offset}`));
    t.same(
      places,
      batch.map(({ id }) => id),
    );
    t.equal(stored.size, 30);
  });

  await test(`${adapter}: an atomic call with one refusal stores nothing; what was stored before stays a duplicate`, async (t) => {
    const log = (await create(t)).open();
    const known = record({ id: 'known' });
    await log.append([known], patient);
    const fresh = record({ id: 'fresh' });
    const call = [known, fresh, fresh, record({ id: 'bad', needs: 'nobody' })];
    const outcomes = await log.append(call, patient);
    t.same(outcomes.map(statusOf), ['duplicate', 'withheld', 'withheld', 'refused']);
    t.same(outcomes[3], { status: 'refused', refusal: { code: 'unknown' } });
    t.same((await readAll(log)).map(idOf), ['known']);
    t.same((await log.append(call, { ...patient, atomic: false })).map(statusOf), [
      'duplicate',
      'appended',
      'duplicate',
      'refused',
    ]);
    t.same((await readAll(log)).map(idOf).toSorted(), ['fresh', 'known']);
  });

  await test(`${adapter}: a refusal that fails only itself lets the rest of an atomic call be stored`, async (t) => {
    const log = (await create(t)).open();
    const outcomes = await log.append([record({ id: 'a' }), record({ id: 'b', expected: 7 })], patient);
    t.same(outcomes.map(statusOf), ['appended', 'refused']);
    t.same(outcomes[1], { status: 'refused', refusal: { code: 'version', actual: 0 } });
  });

  await test(`${adapter}: the rule sees earlier records of the same call, and other partitions' subjects`, async (t) => {
    const under = await create(t);
    const [a, b] = [subjectIn(1), subjectIn(2)];
    const call = [record({ subject: a }), record({ subject: b, needs: a }), record({ subject: a, expected: 1 })];
    t.same((await under.open().append(call, patient)).map(statusOf), ['appended', 'appended', 'appended']);
    const later = [record({ subject: subjectIn(3), needs: b }), record({ subject: a, expected: 2 })];
    t.same((await under.open().append(later, patient)).map(statusOf), ['appended', 'appended']);
  });

  await test(`${adapter}: calls for one subject are appended in the order they were made`, async (t) => {
    const log = (await create(t)).open();
    const order = Array.from({ length: 40 }, (_, n) => record({ id: `n-${n}`, subject: n % 3 === 0 ? 'even' : 'odd' }));
    await Promise.all(order.map(async (one) => await log.append([one], patient)));
    for (const subject of ['even', 'odd']) {
      const stored = (await readAll(log)).filter((one) => one.key === subject).map(idOf);
      t.same(
        stored,
        order.filter((one) => one.subject === subject).map(({ id }) => id),
      );
    }
  });

  await test(`${adapter}: content is kept byte for byte`, async (t) => {
    const log = (await create(t)).open();
    const texts = ['😀👩‍✈️ ﷽', 'مرحبا بالعالم \u202e', '"\\ \n\t\r{},', 'ą'.repeat(30_000), '\ufeff\u2028\u0001'];
    const sent = texts.map((text, n) => record({ id: `t-${n}`, subject: 'same', text }));
    await log.append(sent, patient);
    const stored = await readAll(log);
    t.same(
      stored.map(({ value }) => value.toString()),
      sent.map(({ content }) => content),
    );
    t.same(
      stored.map((one) => eventOf(one).text),
      texts,
    );
  });

  await test(`${adapter}: three megabytes of one subject in one call are stored whole and in order`, async (t) => {
    const log = (await create(t)).open();
    const text = 'x'.repeat(60_000);
    const sent = Array.from({ length: 50 }, (_, n) => record({ id: `big-${n}`, subject: 'big', text }));
    t.same(tally(await log.append(sent, patient)), { appended: 50 });
    t.same(
      (await readAll(log)).map(idOf),
      sent.map(({ id }) => id),
    );
  });

  await test(`${adapter}: times never fall within a partition, and a duplicate tells the first one's`, async (t) => {
    const log = (await create(t)).open();
    const sent = Array.from({ length: 12 }, (_, n) => record({ id: `t-${n}`, subject: 'timed' }));
    for (const one of sent) await log.append([one], patient);
    const times = (await readAll(log)).map(({ recordedAt }) => recordedAt);
    t.same(times, times.toSorted());
    const answered = (await log.append(sent, patient)).map((one) => 'recordedAt' in one && one.recordedAt);
    t.same(answered, times);
  });
}
