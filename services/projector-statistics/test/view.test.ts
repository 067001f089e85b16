import { test } from 'tap';
import {
  correction,
  crossing,
  crossingData,
  figureOf,
  link,
  reportOf,
  retraction,
} from '../../../packages/projection/test/claim-events.ts';
import { createFeedLog } from '../../../packages/projection/test/feed-log.ts';
import { runView } from '../../../packages/projection/test/run-view.ts';
import { statisticsView } from '../src/view.ts';

const run = async (t: Parameters<typeof runView>[0]) =>
  await runView(t, statisticsView, { feed: createFeedLog({ partitions: 1 }) });
const s = { subject: 's' };

test('every figure is a row: its series, its bounds by the policy, the ends of its period, whose count it is', async (t) => {
  const { feed, rows } = await run(t);
  feed.put(
    crossing(s, {
      quantities: [
        figureOf(4100, {
          qualifier: 'more-than',
          accounting: 'cumulative',
          period: '2021-01-01/2021-08-20~',
          text: 'exceeded 4,100',
        }),
        figureOf(0, {
          measure: 'other:sightings',
          border: undefined,
          country: 'LV',
          period: '2021-08',
          authority: 'VSAT',
        }),
      ],
      reports: [{ ...reportOf('2021-08-20~'), attribution: ['15min.lt', 'a ministry'] }],
    }),
  );
  await feed.deliverAll();
  t.match(await rows('claims'), [
    {
      subject: 's',
      version: 1,
      partition: 0,
      from_offset: 0,
      to_offset: null,
      state: 'current',
      kind: 'border-crossing',
      title: 'People crossed',
    },
  ]);
  t.match(await rows('figures'), [
    {
      ordinal: 0,
      series: 'crossings:person:BY-LT',
      measure: 'crossings',
      unit: 'person',
      border: 'BY-LT',
      country: null,
      accounting: 'cumulative',
      period: '2021-01-01/2021-08-20~',
      period_from: '2021-01-01',
      period_to: '2021-08-21',
      period_to_earliest: '2021-08-19',
      chain: '15min.lt',
      publisher: 'The Daily',
      text: 'exceeded 4,100',
      qualifier: 'more-than',
      lower: 4100,
      best: null,
      upper: null,
      lower_inclusive: false,
      upper_inclusive: false,
      policy: 'bounds-1',
    },
    {
      ordinal: 1,
      series: 'other.sightings:person:LV',
      chain: 'VSAT',
      lower: 0,
      best: 0,
      upper: 0,
      period_to: '2021-08-31',
      period_to_earliest: '2021-08-01',
    },
  ]);
});

for (const sizes of [[1], [99]]) {
  const how = sizes[0] === 1 ? 'one by one' : 'in one batch';

  test(`${how}: a correction brings its own figures, a retraction none`, async (t) => {
    const { feed, rows } = await run(t);
    feed.put(crossing(s));
    feed.put(link(s, 'updates', 'x'));
    feed.put(
      correction(s, crossingData({ quantities: [figureOf(5), figureOf(6)] }), { reports: [reportOf('2021-10-01')] }),
    );
    feed.put(retraction(s));
    await feed.deliverAll(sizes);
    t.match(await rows('claims'), [
      { version: 1, from_offset: 0, to_offset: 2, state: 'current', published_latest: '2021-08-25' },
      { version: 2, from_offset: 2, to_offset: 3, state: 'current', published_latest: '2021-10-01' },
      {
        version: 3,
        from_offset: 3,
        to_offset: null,
        state: 'retracted',
        published_latest: null,
        title: 'People crossed',
      },
    ]);
    const figures = await rows<{ version: number; lower: number }>('figures');
    t.same(
      figures.map(({ version, lower }) => [version, lower]),
      [
        [1, 81],
        [2, 5],
        [2, 6],
      ],
    );
  });
}

test("another producer's second report of a subject brings no figures", async (t) => {
  const { feed, dump, registry } = await run(t);
  feed.put(crossing(s));
  await feed.deliverAll();
  const before = await dump();
  feed.put(crossing(s, { quantities: [figureOf(1), figureOf(2)] }));
  await feed.deliverAll();
  t.same(await dump(), before);
  t.match(await registry.metrics(), /projection_ignored_total\{view="statistics",reason="subject-exists"\} 1/);
});
