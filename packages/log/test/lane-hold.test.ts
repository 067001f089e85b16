/** Rounds that follow each other at once share one transaction; whatever becomes of one, the others stand. */
import { freshDatabase, type Teardown } from '@ledgerline/testkit';
import tap from 'tap';
import type { HoldLimits } from '../src/append/lane-hold.ts';
import type { AppendOutcome, AppendRecord } from '../src/port.ts';
import { eventually, PARTITIONS, patient, statusOf, subjectIn } from './contract/contract.ts';
import { record, type TestEvent, type TestRefusal } from './contract/test-events.ts';
import { createMemoryTopic } from './memory-topic.ts';

type Outcomes = Promise<AppendOutcome<TestRefusal>[]>;

const of = (id: string, event: Partial<TestEvent> = {}): AppendRecord<TestEvent> =>
  record({ id, subject: subjectIn(0), ...event });
const all = async (...outcomes: readonly (Outcomes | undefined)[]) =>
  await Promise.all(outcomes.map(async (one) => await one));
const told = async (...outcomes: readonly (Outcomes | undefined)[]) =>
  (await all(...outcomes)).flatMap((one) => one?.map(statusOf));

/** A topic with one record, `first`, of the subject that all others are of. */
async function setUp(t: Teardown, limits: Partial<HoldLimits> = {}) {
  const { pool } = await freshDatabase(t);
  const topic = createMemoryTopic(PARTITIONS);
  // However slow the machine is, rounds that follow each other stay together.
  const appender = topic.open(pool, { maxMs: 60_000, ...limits });
  t.teardown(async () => {
    topic.go();
    await appender.close();
  });
  const indexed = async () =>
    (await pool.query<{ id: string }>('select id from log.receipts order by id')).rows.map(({ id }) => id);
  await appender.append([of('first')], patient);
  await eventually('the first is indexed', async () => (await indexed()).length === 1);
  const written = () => topic.records.flat().map(({ value }) => String(value).replace(/^.*"id":"([^"]+)".*$/, '$1'));

  /** Each in a round of its own, which begins as the one before is answered. The last of them stands before its write. */
  const inRow = async (...records: readonly AppendRecord<TestEvent>[]): Promise<Outcomes[]> => {
    topic.stop();
    const outcomes: Outcomes[] = [];
    for (const one of records) {
      outcomes.push(appender.append([one], patient));
      if (outcomes.length > 1) topic.pass();
      await topic.reached();
    }
    return outcomes;
  };
  return { pool, topic, appender, indexed, written, inRow };
}

tap.test('what has been answered is recorded with the last of them', async (t) => {
  const { topic, appender, inRow, indexed, written } = await setUp(t);
  const [a, b, c] = await inRow(of('a', { expected: 1 }), of('b', { expected: 2 }), of('c', { expected: 3 }));
  t.same(await told(a, b), ['appended', 'appended'], 'each sees what those before have changed');
  t.same(await indexed(), ['first'], 'all are in one transaction');
  topic.go();
  t.same(await told(c), ['appended']);
  await eventually('all are recorded', async () => (await indexed()).length === 4);
  t.same(written(), ['first', 'a', 'b', 'c']);
  const again = await appender.append(
    [of('a', { expected: 1 }), of('b', { expected: 2 }), of('c', { expected: 3 })],
    patient,
  );
  t.same(
    again,
    (await all(a, b, c)).flatMap((one) => one?.map((was) => ({ ...was, status: 'duplicate' }))),
    'each where it stands',
  );
});

tap.test('an id that a round before has written is found, whatever it comes back with', async (t) => {
  const { topic, appender, inRow, written } = await setUp(t);
  const [a, b] = await inRow(of('a'), of('b'));
  const again = [appender.append([of('a')], patient), appender.append([of('b', { text: 'other' })], patient)];
  topic.go();
  t.same(await told(a, b, ...again), ['appended', 'appended', 'duplicate', 'conflict']);
  t.same((await Promise.all(again))[0], [{ ...(await a)?.[0], status: 'duplicate' }], 'with its place');
  t.same(written(), ['first', 'a', 'b']);
});

tap.test('a round that is displaced is decided again, and those before it stand', async (t) => {
  const { topic, appender, inRow, indexed, written } = await setUp(t);
  const [a, b] = await inRow(of('a'), of('b'));
  topic.put(0, '"of another producer"');
  topic.go();
  t.same(await told(a, b), ['appended', 'appended']);
  t.same(await told(appender.append([of('a'), of('b')], patient)), ['duplicate', 'duplicate']);
  t.same(written(), ['first', 'a', '"of another producer"', 'void', 'b']);
  await eventually('all are recorded', async () => (await indexed()).length === 3);
});

tap.test('one that is refused in the middle takes nothing with it', async (t) => {
  const { topic, appender, inRow, indexed } = await setUp(t);
  const [a, b] = await inRow(of('a'), of('b'));
  const refused = appender.append([of('c', { expected: 9 })], patient);
  topic.go();
  t.same(await told(a, b, refused), ['appended', 'appended', 'refused']);
  t.same(await refused, [{ status: 'refused', refusal: { code: 'version', actual: 3 } }]);
  await eventually('the others are recorded', async () => (await indexed()).length === 3);
});

tap.test('where the connection is lost, what was answered is found in the log', async (t) => {
  const { pool, topic, appender, inRow, indexed, written } = await setUp(t);
  const [a, b] = await inRow(of('a'), of('b'));
  await pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and state = 'idle in transaction'`);
  topic.go();
  t.same(await told(a, b), ['appended', 'appended']);
  t.same(await told(appender.append([of('a'), of('b')], patient)), ['duplicate', 'duplicate']);
  t.same(written(), ['first', 'a', 'b']);
  await eventually('all are recorded', async () => (await indexed()).length === 3);
});

tap.test('others get the lanes after so many rounds', async (t) => {
  const { pool, topic, inRow, indexed } = await setUp(t, { maxRounds: 3 });
  const records = Array.from({ length: 5 }, (_, n) => of(`r${n}`));
  const outcomes = await inRow(...records);
  // The first three are committed: the fourth could not have begun with them uncommitted.
  t.same(await indexed(), ['first', 'r0', 'r1', 'r2']);
  const other = topic.open(pool);
  const theirs = other.append([of('theirs')], patient);
  topic.go();
  t.same(
    await told(...outcomes, theirs),
    Array.from({ length: 6 }, () => 'appended'),
  );
  await other.close();
});

tap.test('a round of other lanes has a transaction of its own', async (t) => {
  const { topic, inRow, indexed } = await setUp(t);
  const outcomes = await inRow(of('a'), of('elsewhere', { subject: subjectIn(1) }));
  await eventually('the first is recorded', async () => (await indexed()).join() === 'a,first');
  topic.go();
  t.same(await told(...outcomes), ['appended', 'appended']);
});

tap.test('closing waits until all is recorded', async (t) => {
  const { topic, appender, inRow, indexed } = await setUp(t);
  const outcomes = await inRow(of('a'), of('b'));
  topic.go();
  await told(...outcomes);
  await appender.close();
  t.same(await indexed(), ['a', 'b', 'first']);
});
