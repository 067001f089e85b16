import { test } from 'tap';
import {
  correction,
  crossing,
  crossingData,
  figureOf,
  reportOf,
  retraction,
  statement,
} from '../../../packages/projection/test/claim-events.ts';
import { createFeedLog } from '../../../packages/projection/test/feed-log.ts';
import { runView } from '../../../packages/projection/test/run-view.ts';
import { timelineView } from '../src/view.ts';

type Version = Readonly<Record<string, unknown>> & { readonly version: number };

const s = { subject: 's' };
const run = async (t: Parameters<typeof runView>[0]) =>
  await runView(t, timelineView, { feed: createFeedLog({ partitions: 1 }) });

test('a claim is one version, with what is derived from its data', async (t) => {
  const { feed, rows } = await run(t);
  feed.put(
    crossing(
      { ...s, id: 'a' },
      {
        title: 'Almost 4,200 crossed',
        occurred: { edtf: '2021-05/2021-08-25', basis: 'inferred', text: 'since the end of May' },
        places: [{ name: 'Kuźnica', role: 'crossing', countries: ['PL', 'BY'] }],
        quantities: [
          figureOf(4200, {
            qualifier: 'almost',
            text: 'almost 4,200',
            accounting: 'cumulative',
            period: '2021-01-01/2021-08-25',
          }),
        ],
        tags: ['Łódź'],
      },
    ),
  );
  await feed.deliverAll();
  t.match(await rows<Version>('versions'), [
    {
      subject: 's',
      version: 1,
      partition: 0,
      from_offset: 0,
      to_offset: null,
      change: 'added',
      reason: null,
      state: 'current',
      kind: 'border-crossing',
      type: 'border-crossing.reported.v1',
      title: 'Almost 4,200 crossed',
      earliest: '2021-05-01',
      latest: '2021-08-25',
      occurred_sort: '2021-05-01',
      published_earliest: '2021-08-25',
      published_latest: '2021-08-25',
      event_source: 'urn:test:desk',
      event_id: 'a',
      terms: [
        'kind:border-crossing',
        'type:border-crossing.reported.v1',
        'place:kuznica',
        'country:PL',
        'country:BY',
        'border:BY-LT',
        'country:LT',
        'has:figure',
        'publisher:the daily',
        'tag:lodz',
        'outcome:crossed',
      ],
      occurred: {
        edtf: '2021-05/2021-08-25',
        earliest: '2021-05-01',
        latest: '2021-08-25',
        precision: 'interval',
        basis: 'inferred',
        text: 'since the end of May',
      },
      published: { earliest: '2021-08-25', latest: '2021-08-25' },
      figures: [
        {
          series: 'crossings:person:BY-LT',
          accounting: 'cumulative',
          period: '2021-01-01/2021-08-25',
          text: 'almost 4,200',
          lower: 3780,
          best: null,
          upper: 4200,
          lowerInclusive: true,
          upperInclusive: false,
        },
      ],
    },
  ]);
});

test('data stands as recorded, without the defaults of lists that were left out', async (t) => {
  const { feed, rows } = await run(t);
  const event = crossing(s, { summary: 'a "quoted"\tline\nand \u{1f6a7} more' });
  feed.put(event);
  await feed.deliverAll();
  const [version] = await rows<Version>('versions');
  t.strictSame(version?.['data'], event['data']);
});

test('search finds words by their stem, with diacritics folded', async (t) => {
  const { feed, pool } = await run(t);
  feed.put(statement(s, { content: 'Łukaszenka threatened to let migrants through at Białowieża.', title: 'Threats' }));
  await feed.deliverAll();
  for (const [words, found] of [
    ['lukaszenka', 1],
    ['bialowieza migrant', 1],
    ['"let migrants"', 1],
    ['threatening', 1],
    ['lithuania', 0],
  ] as const) {
    const result = await pool.query(
      `select count(*) as found from timeline_g1.versions where search @@ websearch_to_tsquery('english', $1)`,
      [words],
    );
    t.same(result.rows, [{ found }], words);
  }
});

test("a claim is found by English and by its first report's language, and its row names that one", async (t) => {
  const { feed, rows, pool } = await run(t);
  const reports = [{ ...reportOf('2021-08-25', 'dpa'), language: 'de', excerpt: 'Die Grenzzäune wurden gebaut.' }];
  feed.put(crossing(s, { title: 'Fences were built', reports }));
  feed.put(crossing({ subject: 'u' }, { title: 'Fences were built' }));
  // What may be a tag is read by PostgreSQL itself.
  feed.put(crossing({ subject: 'w' }, { title: 'Fences were built', summary: 'by < 9 people', reports }));
  await feed.deliverAll();
  t.same(
    (await rows<Version>('versions')).map((row) => row['search_config']),
    ['german', 'english', 'german'],
  );
  for (const [config, words, found] of [
    ['english', 'fence', ['s', 'u', 'w']],
    ['english', 'grenzzaune', ['s', 'w']],
    ['german', 'grenzzaunen', ['s', 'w']],
    ['english', 'grenzzaunen', []],
  ] as const) {
    const result = await pool.query(
      'select subject from timeline_g1.versions where search @@ websearch_to_tsquery($1::regconfig, $2) order by 1',
      [config, words],
    );
    t.same(
      result.rows,
      found.map((subject) => ({ subject })),
      `${config}: ${words}`,
    );
  }
});

test('a correction ends the version before it and keeps when the claim was first recorded', async (t) => {
  const { feed, rows } = await run(t);
  feed.put(crossing(s));
  await feed.deliverAll();
  const reports = [reportOf('2021-09-10', 'dpa')];
  feed.put(
    correction(s, crossingData({ title: 'Two crossed', occurred: { edtf: '2021-08', basis: 'stated' } }), {
      note: 'typo',
      reports,
    }),
  );
  await feed.deliverAll();
  const [first, second] = await rows<Version>('versions');
  t.match(first, { version: 1, from_offset: 0, to_offset: 1, title: 'People crossed' });
  t.match(second, {
    version: 2,
    from_offset: 1,
    to_offset: null,
    change: 'corrected',
    reason: 'source-correction',
    note: 'typo',
    type: 'border-crossing.reported.v1',
    title: 'Two crossed',
    earliest: '2021-08-01',
    latest: '2021-08-31',
    published_latest: '2021-09-10',
    published: { latest: '2021-09-10' },
  });
  t.equal(second?.['first_recorded_at'], first?.['first_recorded_at']);
  t.not(second?.['recorded_at'], first?.['recorded_at']);
});

for (const [when, sizes] of [
  ['in one batch', [9]],
  ['in batches of their own', [1]],
] as const) {
  test(`a retraction ${when} keeps the last data and what can be searched, and has no date of publication`, async (t) => {
    const { feed, rows } = await run(t);
    feed.put(crossing(s));
    feed.put(correction(s, crossingData({ title: 'Two crossed' })));
    feed.put(retraction(s));
    await feed.deliverAll(sizes);
    const [, second, third] = await rows<Version>('versions');
    t.match(third, {
      version: 3,
      change: 'retracted',
      state: 'retracted',
      reason: 'source-retraction',
      published_earliest: null,
      published_latest: null,
    });
    for (const same of [
      'title',
      'terms',
      'search_config',
      'search',
      'occurred',
      'figures',
      'data',
      'earliest',
      'published',
    ]) {
      t.strictSame(third?.[same], second?.[same], same);
    }
    t.equal(second?.['to_offset'], 2);
  });

  test(`an unlawful claim's retraction ${when} keeps nothing of what it said`, async (t) => {
    const { feed, rows } = await run(t);
    feed.put(crossing(s, { occurred: { edtf: '2021', basis: 'inferred', text: 'last year' } }));
    feed.put(retraction(s, 'unlawful'));
    await feed.deliverAll(sizes);
    const [, retracted] = await rows<Version>('versions');
    t.match(retracted, { state: 'retracted', reason: 'unlawful', title: '', data: null, figures: [], search: '' });
    t.strictSame(retracted?.['terms'], ['kind:border-crossing', 'type:border-crossing.reported.v1']);
    t.notMatch(JSON.stringify(retracted), /last year|People crossed/);
  });
}

test("another producer's second report of a subject changes nothing, nor do its relations; it is counted", async (t) => {
  const { feed, rows, registry, dump } = await run(t);
  feed.put(crossing(s));
  await feed.deliverAll();
  const before = await dump();
  feed.put(crossing(s, { title: 'Another', relations: [{ type: 'updates', target: 'x' }] }));
  feed.put(crossing({ subject: 'other' }));
  await feed.deliverAll();
  t.same(
    (await dump()).filter((row) => !row.includes('"other"')),
    before,
  );
  t.equal((await rows('versions')).length, 2);
  t.match(await registry.metrics(), /projection_ignored_total\{view="timeline",reason="subject-exists"\} 1/);
});
