import { decodeEvent } from '@ledgerline/events';
import { partitionOf } from '@ledgerline/log';
import { test } from 'tap';
import { crossing, statement } from './claim-events.ts';
import { createFeedLog } from './feed-log.ts';
import { createPlainView, titleOf } from './plain-view.ts';
import { type RunningView, runView } from './run-view.ts';

type ParkedRow = {
  readonly partition: number;
  readonly offset: number;
  readonly subject: string | null;
  readonly source: string | null;
  readonly event_id: string | null;
  readonly reason: string;
  readonly message: string;
  readonly value: Buffer;
};

async function parkedIn({ pool }: RunningView): Promise<ParkedRow[]> {
  const result = await pool.query<ParkedRow>(
    'select partition, "offset", subject, source, event_id, reason, message, value from projection.parked order by 1, 2',
  );
  return result.rows;
}

async function appliedIn(run: RunningView): Promise<string[]> {
  const rows = await run.rows<{ subject: string }>('applied');
  return rows.map(({ subject }) => subject);
}

const oneView = { partitions: 1 };

test('bytes that nobody can read are parked with their place, and the rest goes on', async (t) => {
  const feed = createFeedLog(oneView);
  const run = await runView(t, createPlainView(), { feed });
  const garbage = [
    Buffer.from([0xff, 0xfe, 0x00]),
    Buffer.from('{"id":'),
    Buffer.alloc(0),
    Buffer.from('null'),
    Buffer.from('[1]'),
    Buffer.from('{"subject":"a","note":"\\u0000"}'),
    Buffer.from('{"subject":"b","note":"\\ud800"}'),
  ];
  feed.put(crossing({ subject: 's1' }));
  for (const bytes of garbage) feed.put(bytes, { partition: 0 });
  feed.put(crossing({ subject: 's2' }));
  await feed.deliverAll();
  t.same(await appliedIn(run), ['s1', 's2']);
  const parked = await parkedIn(run);
  t.same(
    parked.map(({ offset, reason }) => [offset, reason]),
    garbage.map((_, index) => [index + 1, 'undecodable']),
  );
  t.same(
    parked.map(({ value }) => value),
    garbage,
  );
  t.ok(run.projection.state().ready);
});

test('an escaped backslash before u0000 is no NUL', async (t) => {
  const feed = createFeedLog(oneView);
  const run = await runView(t, createPlainView(), { feed });
  feed.put(crossing({ subject: 's1' }, { title: 'a literal \\u0000 and \\ud800' }));
  await feed.deliverAll();
  t.same(await appliedIn(run), ['s1']);
});

test('an unknown type and an invalid event are parked with what is known of them', async (t) => {
  const feed = createFeedLog(oneView);
  const run = await runView(t, createPlainView(), { feed });
  feed.put({ ...crossing({ subject: 's1', id: 'x1' }), type: 'border-crossing.reported.v9' });
  feed.put({ ...crossing({ subject: 's2', id: 'x2' }), data: { title: 5 } });
  feed.put(
    { type: 'border-crossing.reported.v1', subject: 's'.repeat(5_000), id: 7, source: 'urn:x:\u0001' },
    { partition: 0 },
  );
  await feed.deliverAll();
  const parked = await parkedIn(run);
  t.match(parked[0], { reason: 'unknown-type', subject: 's1', event_id: 'x1', source: 'urn:test:desk' });
  t.match(parked[1], { reason: 'invalid-event', subject: 's2', event_id: 'x2', message: /\/data\/title/ });
  t.match(parked[2], { reason: 'invalid-event', subject: null, event_id: null });
  t.ok((parked[2]?.message.length ?? 0) <= 1_000);
});

test('a throwing upcaster parks its event, not the batch', async (t) => {
  const feed = createFeedLog(oneView);
  const decode: typeof decodeEvent = (value) => {
    const decoded = decodeEvent(value);
    if (decoded.ok && decoded.event.subject === 'old') throw new Error('no such field');
    return decoded;
  };
  const run = await runView(t, createPlainView(), { feed, decode });
  feed.put(crossing({ subject: 's1' }));
  feed.put(crossing({ subject: 'old' }));
  feed.put(crossing({ subject: 's2' }));
  await feed.deliverAll();
  t.same(await appliedIn(run), ['s1', 's2']);
  t.match(await parkedIn(run), [{ reason: 'upcast-failed', subject: 'old', message: 'no such field' }]);
});

test('later events of a parked subject wait behind it, in this batch and in later ones; all others pass', async (t) => {
  const feed = createFeedLog(oneView);
  const run = await runView(t, createPlainView(), { feed });
  feed.put({ ...crossing({ subject: 'stuck' }), type: 'border-crossing.reported.v9' });
  feed.put(crossing({ subject: 'stuck' }));
  feed.put(crossing({ subject: 'free' }));
  await feed.deliverAll();
  feed.put(crossing({ subject: 'stuck' }));
  feed.put(crossing({ subject: 'free' }));
  await feed.deliverAll();
  t.same(await appliedIn(run), ['free', 'free']);
  const parked = await parkedIn(run);
  t.same(
    parked.map(({ offset, subject, reason }) => [offset, subject, reason]),
    [
      [0, 'stuck', 'unknown-type'],
      [1, 'stuck', 'behind'],
      [3, 'stuck', 'behind'],
    ],
  );
  t.match(await run.registry.metrics(), /ledgerline_projection_parked\{view="journal",partition="0"\} 3/);
});

test('a record in another partition than its subject is parked and blocks nobody', async (t) => {
  const feed = createFeedLog({ partitions: 4 });
  const run = await runView(t, createPlainView(), { feed });
  const wrong = (partitionOf('s1', 4) + 1) % 4;
  feed.put(crossing({ subject: 's1' }), { partition: wrong });
  feed.put(crossing({ subject: 's1' }));
  await feed.deliverAll();
  t.same(await appliedIn(run), ['s1']);
  t.match(await parkedIn(run), [{ partition: wrong, reason: 'misplaced', subject: 's1' }]);
});

for (const [what, failure] of [
  [
    'the view throws on',
    () => {
      throw new TypeError('no such thing');
    },
  ],
  ['PostgreSQL refuses', () => "select 'x'::integer"],
] as const) {
  test(`an event that ${what} is found in its batch and parked; the others are applied`, async (t) => {
    const feed = createFeedLog(oneView);
    const run = await runView(
      t,
      createPlainView((event) => (titleOf(event) === 'bad' ? failure() : undefined)),
      { feed },
    );
    const expected: string[] = [];
    for (let n = 0; n < 50; n++) {
      const bad = n === 17 || n === 18 || n === 40;
      feed.put(statement({ subject: `s${n}` }, bad ? { title: 'bad' } : {}));
      if (!bad) expected.push(`s${n}`);
    }
    feed.put(statement({ subject: 's17' }));
    await feed.deliverAll();
    t.same((await appliedIn(run)).toSorted(), expected.toSorted());
    const parked = await parkedIn(run);
    t.same(
      parked.map(({ subject, reason }) => [subject, reason]),
      [
        ['s17', 'apply-failed'],
        ['s18', 'apply-failed'],
        ['s40', 'apply-failed'],
        ['s17', 'behind'],
      ],
    );
  });
}

test('when a whole batch of many subjects fails, the view is at fault: nothing is parked and the reason is told', async (t) => {
  const feed = createFeedLog(oneView);
  let broken = true;
  const run = await runView(
    t,
    createPlainView(() => {
      if (broken) throw new TypeError('a bug');
    }),
    { feed },
  );
  for (let n = 0; n < 30; n++) feed.put(statement({ subject: `s${n}` }));
  t.match(await feed.deliver(0), { message: 'a bug' });
  t.same(await parkedIn(run), []);
  t.match(run.projection.state(), { ready: false, reason: /partition 0: a bug/ });
  t.equal(feed.next(0), 0, 'the checkpoint has not moved');
  broken = false;
  await feed.deliverAll();
  t.equal((await appliedIn(run)).length, 30);
  t.match(run.projection.state(), { ready: true, reason: null });
});

test('trouble of the database is no fault of an event: it is not parked but tried again', async (t) => {
  const feed = createFeedLog(oneView);
  let failures = 2;
  const serialization = "do $$ begin raise exception 'again' using errcode = '40001'; end $$";
  const undefinedTable = 'select * from no_such_table';
  const run = await runView(
    t,
    createPlainView(() => {
      failures -= 1;
      if (failures === 1) return serialization;
      return failures === 0 ? undefinedTable : undefined;
    }),
    { feed },
  );
  feed.put(statement({ subject: 's1' }));
  t.match(await feed.deliver(0), { code: '40001' });
  t.match(await feed.deliver(0), { code: '42P01' });
  t.same(await parkedIn(run), []);
  await feed.deliverAll();
  t.same(await appliedIn(run), ['s1']);
});
