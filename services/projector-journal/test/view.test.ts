import { test } from 'tap';
import {
  correction,
  crossing,
  crossingData,
  link,
  retraction,
} from '../../../packages/projection/test/claim-events.ts';
import { createFeedLog } from '../../../packages/projection/test/feed-log.ts';
import { runView } from '../../../packages/projection/test/run-view.ts';
import { journalView } from '../src/view.ts';

const run = async (t: Parameters<typeof runView>[0]) =>
  await runView(t, journalView, { feed: createFeedLog({ partitions: 1 }) });
const s = { subject: 's' };

test('every event is a row with its place, and the text as it was recorded', async (t) => {
  const { feed, pool } = await run(t);
  const event = crossing({ ...s, id: 'a' }, { title: 'Ünïcode "quoted" \\ \u{1f6a7}' });
  const text = JSON.stringify(event, null, 3).replace('"id"', '"\\u0069d"');
  feed.put(Buffer.from(text), { partition: 0, recordedAt: '2026-02-03T04:05:06.789Z' });
  await feed.deliverAll();
  const result = await pool.query('select *, event::text as text from journal_g1.events');
  t.match(result.rows, [
    {
      partition: 0,
      offset: 0,
      recorded_at: '2026-02-03T04:05:06.789Z',
      source: 'urn:test:desk',
      id: 'a',
      subject: 's',
      type: 'border-crossing.reported.v1',
      kind: 'border-crossing',
      text,
      earliest: '2021-08-24',
      latest: '2021-08-24',
      published_earliest: '2021-08-25',
      published_latest: '2021-08-25',
    },
  ]);
});

test("filters look at the event's own data: `corrected` of a correction, the type alone of what makes no claim", async (t) => {
  const { feed, rows } = await run(t);
  feed.put(correction(s, crossingData({ outcome: 'prevented', occurred: { edtf: '2022', basis: 'stated' } })));
  feed.put(link(s, 'updates', 'x'));
  feed.put(retraction(s));
  await feed.deliverAll();
  const [corrected, linked, retracted] = await rows<{ terms: string[] }>('events');
  t.match(corrected, { kind: 'border-crossing', earliest: '2022-01-01', latest: '2022-12-31' });
  t.ok(corrected?.terms.includes('type:claim.corrected.v1'));
  t.ok(corrected?.terms.includes('outcome:prevented'));
  t.match(linked, { kind: null, terms: ['type:claims.linked.v1'], earliest: null, published_latest: null });
  t.match(retracted, { kind: null, terms: ['type:claim.retracted.v1'] });
});

test('a second record of one source and id is left out and counted', async (t) => {
  const { feed, rows, registry } = await run(t);
  feed.put(crossing({ ...s, id: 'a' }));
  feed.put(crossing({ ...s, id: 'a' }));
  feed.put(crossing({ ...s, id: 'a', source: 'urn:test:other' }));
  feed.put(crossing({ ...s, id: 'a' }));
  await feed.deliverAll([2]);
  t.same(
    (await rows<{ offset: number }>('events')).map(({ offset }) => offset),
    [0, 2],
  );
  t.match(await registry.metrics(), /projection_ignored_total\{view="journal",reason="duplicate"\} 2/);
});
