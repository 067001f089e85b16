import { test } from 'tap';
import {
  correction,
  crossing,
  crossingData,
  link,
  measure,
  retraction,
  statusChange,
  unlink,
} from '../../../packages/projection/test/claim-events.ts';
import { createFeedLog } from '../../../packages/projection/test/feed-log.ts';
import { runView } from '../../../packages/projection/test/run-view.ts';
import { timelineView } from '../src/view.ts';

type Fact = { relation: string; target: string; origin: string; action: string; offset: number };

const s = { subject: 's' };
const to = (...targets: string[]) => ({ relations: targets.map((target) => ({ type: 'updates', target })) });

async function factsOf(
  t: Parameters<typeof runView>[0],
  sizes: readonly number[],
  events: readonly object[],
): Promise<string[]> {
  const { feed, rows } = await runView(t, timelineView, { feed: createFeedLog({ partitions: 1 }) });
  for (const event of events) feed.put(event);
  await feed.deliverAll(sizes);
  const facts = await rows<Fact>('relation_facts');
  return facts.map(({ offset, origin, action, target }) => `${offset} ${origin} ${action} ${target}`).toSorted();
}

for (const sizes of [[1], [99]]) {
  const how = sizes[0] === 1 ? 'one by one' : 'in one batch';

  test(`${how}: data links what it states, and no longer what a correction leaves out`, async (t) => {
    const facts = await factsOf(t, sizes, [crossing(s, to('a', 'b')), correction(s, crossingData(to('b', 'c')))]);
    t.same(facts, ['0 data link a', '0 data link b', '1 data link b', '1 data link c', '1 data unlink a']);
  });

  test(`${how}: a retraction unlinks what the data stated`, async (t) => {
    const facts = await factsOf(t, sizes, [crossing(s, to('a')), retraction(s)]);
    t.same(facts, ['0 data link a', '1 data unlink a']);
  });

  test(`${how}: unlinking removes the pair wherever it came from, and a correction may state it anew`, async (t) => {
    const facts = await factsOf(t, sizes, [
      crossing(s, to('a')),
      link(s, 'updates', 'a'),
      unlink(s, 'updates', 'a'),
      correction(s, crossingData(to('a'))),
    ]);
    t.same(facts, ['0 data link a', '1 link link a', '2 data unlink a', '2 link unlink a', '3 data link a']);
  });

  test(`${how}: what was unlinked by hand is not unlinked again by a correction that leaves it out`, async (t) => {
    const facts = await factsOf(t, sizes, [
      crossing(s, to('a')),
      unlink(s, 'updates', 'a'),
      correction(s, crossingData()),
    ]);
    t.same(facts, ['0 data link a', '1 data unlink a', '1 link unlink a']);
  });

  test(`${how}: a change of status is a row of its own and no version of the claim`, async (t) => {
    const { feed, rows } = await runView(t, timelineView, { feed: createFeedLog({ partitions: 1 }) });
    const change = statusChange({ subject: 'm', id: 'x' }, 'suspended', '2021-12', '2021-12-05');
    for (const event of [
      measure({ subject: 'm' }),
      change,
      { ...change },
      crossing(s),
      statusChange(s, 'ended', '2021'),
    ]) {
      feed.put(event);
    }
    await feed.deliverAll(sizes);
    t.match(await rows('status_changes'), [
      {
        subject: 'm',
        partition: 0,
        offset: 1,
        status: 'suspended',
        edtf: '2021-12',
        earliest: '2021-12-01',
        latest: '2021-12-31',
        reason: null,
        published_latest: '2021-12-05',
        event: { id: 'x', source: 'urn:test:desk', type: 'measure.status-changed.v1' },
      },
    ]);
    t.equal((await rows('status_changes')).length, 1);
    t.equal((await rows('versions')).length, 2);
  });
}
