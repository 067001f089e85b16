/** The statistics over HTTP, on rows that the projectors' own `apply` wrote to a real PostgreSQL. */
import fc from 'fast-check';
import t from 'tap';
import {
  comparisonSchema,
  conflictListSchema,
  pointListSchema,
  seriesListSchema,
} from '../../src/statistics/schemas.ts';
import { correction, crossing, crossingData, measure, quantity, retraction } from '../fixture/event-builders.ts';
import { createQueryApp, type QueryApp } from '../fixture/query-app.ts';
import { bounds } from './figures.ts';
import { read } from './read-answer.ts';

const key = 'crossings:person:BY-LT';

/** The articles of facts.md as far as they count crossings. */
const a1 = crossing('a1', {
  published: '2021-08-25',
  publisher: 'Unnamed outlet, article A1',
  quantities: [
    quantity({
      text: 'almost 4,200',
      qualifier: 'almost',
      value: 4200,
      accounting: 'cumulative',
      period: '2021-01-01/2021-08-25',
    }),
    quantity({ text: '81', value: 81, period: '2020' }),
  ],
});
const a3 = crossing('a3', {
  occurred: '2021-07',
  published: '2021-08-01',
  publisher: 'dpa',
  quantities: [quantity({ text: 'more than 2,000', qualifier: 'more-than', value: 2000, period: '2021-07' })],
});
const a5 = crossing('a5', {
  published: '2021-08-20~',
  publisher: 'Unnamed outlet, article A5',
  quantities: [
    quantity({
      text: 'exceeded 4,100',
      qualifier: 'more-than',
      value: 4100,
      accounting: 'cumulative',
      period: '2021-01-01/2021-08-20~',
    }),
  ],
});

const figureList = fc.array(
  fc.record({
    accounting: fc.constantFrom('increment', 'cumulative', 'stock'),
    value: fc.integer({ min: 1, max: 40 }),
    qualifier: fc.constantFrom('exact', 'almost', 'at-least'),
    authority: fc.constantFrom('VSAT', 'Frontex', 'ministry'),
    border: fc.constantFrom('BY-LT', 'BY-LV', 'BY-PL'),
    period: fc.constantFrom('2021-01-01/2021-01-31', '2021', '2021-01-01/2021-02-10~', '2021-02', '2021-01-01/2021-03'),
  }),
  { minLength: 60, maxLength: 60 },
);

const points = (query: QueryApp, parameters = '') =>
  read(query, `/v1/statistics/series/${key}${parameters}`, pointListSchema);
const line = (point: Awaited<ReturnType<typeof points>>['items'][number]) =>
  [point.period, point.accounting, bounds(point), ...point.flags, ...point.claims].join(' ');

t.test('2021 against 2020 is between 50.6 and 51.9 times and names its claims', async (t) => {
  const query = await createQueryApp(t);
  await query.append([a1, a3, a5]);
  const url = `/v1/statistics/compare?series=${key}&period=2021&baseline=2020`;
  const comparison = await read(query, url, comparisonSchema);
  t.equal(comparison.ratio && bounds(comparison.ratio), '(50.6172839506, 51.8518518519)');
  t.match(comparison, { series: key, period: '2021', baseline: '2020', policy: 'bounds-1' });
  t.same(comparison.current?.claims, ['a1', 'a5']);
  t.same(comparison.base?.claims, ['a1']);
  const { headers } = await query.get(url);
  t.equal(headers['ledgerline-position'], comparison.position);
});

t.test('July is a point beside the cumulative, never part of it', async (t) => {
  const query = await createQueryApp(t);
  await query.append([a1, a3, a5]);
  t.same((await points(query)).items.map(line), [
    '2020 increment [81, 81] best 81 a1',
    '2021-07 increment (2000, ∞) a3',
    '2021-01-01/2021-08-20~ cumulative (4100, 4200) a1 a5',
    '2021-01-01/2021-08-25 cumulative (4100, 4200) a1 a5',
  ]);
  t.same((await points(query, '?bucket=year&accounting=cumulative')).items.map(line), [
    '2021 cumulative (4100, 4200) to-date a1 a5',
  ]);
  t.same(
    (await points(query, '?from=2021-08-21&to=2021')).items.map((point) => point.period),
    ['2021-01-01/2021-08-20~', '2021-01-01/2021-08-25'],
  );
});

t.test('knownBy shows what had been published by then and nothing else', async (t) => {
  const query = await createQueryApp(t);
  await query.append([a1, a3, a5]);
  t.same((await points(query, '?knownBy=2021-08-02')).items.map(line), ['2021-07 increment (2000, ∞) a3']);
  t.same(
    (await points(query, '?knownBy=2021-08-22')).items.map(line).at(-1),
    '2021-01-01/2021-08-20~ cumulative (4100, ∞) a5',
  );
  t.same((await points(query, '?knownBy=2021-08-19')).items.length, 1);
  t.same((await points(query, '?knownBy=2021-08-19&dateMatch=possible')).items.length, 2);
  t.same((await points(query, '?knownBy=2020')).items, []);
  const url = `/v1/statistics/compare?series=${key}&period=2021&baseline=2020&knownBy=2021-08-02`;
  t.match(await read(query, url, comparisonSchema), { ratio: null, reason: 'no-figure', base: null });
});

t.test(
  'a correction and a retraction change the series from their position on, and asOf keeps it as it was',
  async (t) => {
    const query = await createQueryApp(t);
    await query.append([a1, a5]);
    const before = await points(query);
    const corrected = crossingData({
      published: '2021-08-25',
      quantities: [quantity({ value: 4150, accounting: 'cumulative', period: '2021-01-01/2021-08-25' })],
    });
    await query.append([correction('a1', corrected), retraction('a5')]);
    t.same((await points(query)).items.map(line), ['2021-01-01/2021-08-25 cumulative [4150, 4150] best 4150 a1']);
    t.strictSame(await points(query, `?asOf=${before.page.position}`), before);
    // By the day before a1 was published, nothing of it was known, corrected or not.
    t.same((await points(query, '?knownBy=2021-08-24')).items, []);
  },
);

t.test('A5 and A1 agree on more than 4,100 and less than 4,200', async (t) => {
  const query = await createQueryApp(t);
  await query.append([a1, a3, a5]);
  const { items } = await read(query, `/v1/statistics/series/${key}/conflicts`, conflictListSchema);
  t.same(
    items.map((item) => [item.period, item.verdict, item.agreement && bounds(item.agreement)]),
    [
      ['2021-01-01/2021-08-20~', 'agree', '(4100, 4200)'],
      ['2021-01-01/2021-08-25', 'agree', '(4100, 4200)'],
    ],
  );
  t.same(
    items[1]?.sources.map(({ claim, text, publisher }) => [claim, text, publisher]),
    [
      ['a1', 'almost 4,200', 'Unnamed outlet, article A1'],
      ['a5', 'exceeded 4,100', 'Unnamed outlet, article A5'],
    ],
  );
  const all = await read(query, `/v1/statistics/series/${key}/conflicts?verdict=all`, conflictListSchema);
  t.same(
    all.items.map((item) => item.verdict),
    ['single', 'single', 'agree', 'agree'],
  );
  const none = await read(query, `/v1/statistics/series/${key}/conflicts?verdict=conflict`, conflictListSchema);
  t.same(none.items, []);
});

t.test('the list of series has coverage and the same latest point as the series itself', async (t) => {
  const query = await createQueryApp(t);
  const guards = (subject: string, value: number, period: string) =>
    measure(subject, {
      quantities: [
        quantity({ value, period, measure: 'deployed', unit: 'guard', accounting: 'stock', border: 'BY-LV' }),
      ],
    });
  const none = crossing('none', {
    quantities: [
      quantity({
        text: 'no attempts',
        value: 0,
        measure: 'attempts',
        unit: 'attempt',
        period: '2023-09-10/2023-09-12',
      }),
    ],
  });
  await query.append([a1, a3, a5, guards('g17', 17, '2023-09'), guards('g20', 20, '2023-10'), none]);
  const { items } = await read(query, '/v1/statistics/series', seriesListSchema);
  t.same(
    items.map((item) => [item.key, item.claims, item.from, item.to, line(item.latest)]),
    [
      ['attempts:attempt:BY-LT', 1, '2023-09-10', '2023-09-12', '2023-09-10/2023-09-12 increment [0, 0] best 0 none'],
      [key, 3, '2020-01-01', '2021-08-25', '2021-01-01/2021-08-25 cumulative (4100, 4200) a1 a5'],
      ['deployed:guard:BY-LV', 2, '2023-09-01', '2023-10-31', '2023-10 stock [20, 20] best 20 g20'],
    ],
  );
  const deployed = await read(query, '/v1/statistics/series/deployed:guard:BY-LV', pointListSchema);
  t.same(
    deployed.items.map((point) => point.best),
    [17, 20],
  );
  t.match((await points(query)).items.at(-1), items[1]?.latest);
});

t.test('the latest point of a series is one of its points, whatever there is', async (t) => {
  const query = await createQueryApp(t);
  const [list = []] = fc.sample(figureList, { numRuns: 1, seed: 3 });
  await query.append(
    list.map((told, index) => crossing(`c${index}`, { quantities: [quantity({ ...told, text: 'so many' })] })),
  );
  const { items } = await read(query, '/v1/statistics/series?limit=1000', seriesListSchema);
  t.ok(items.length > 1);
  for (const { key: each, latest } of items) {
    const all = await read(query, `/v1/statistics/series/${each}?limit=1000`, pointListSchema);
    t.match(
      all.items.find((point) => point.period === latest.period && point.accounting === latest.accounting),
      latest,
      each,
    );
  }
});

t.test('pages of a list follow on each other and show one position', async (t) => {
  const query = await createQueryApp(t);
  await query.append([a1, a3, a5]);
  const first = await points(query, '?limit=3');
  await query.append([retraction('a3')]);
  const second = await points(query, `?limit=3&cursor=${first.page.next}`);
  t.same([...first.items, ...second.items].map(line).length, 4);
  t.equal(second.page.position, first.page.position);
  t.equal(second.page.next, null);
  const back = await points(query, `?limit=3&cursor=${second.page.prev}`);
  t.strictSame(back.items, first.items);
  t.equal((await query.get(`/v1/statistics/series/${key}?cursor=${first.page.next}&bucket=year`)).status, 400);
  const list = await read(query, '/v1/statistics/series?limit=1', seriesListSchema);
  t.same([list.items.length, list.page.next, list.page.prev], [1, null, null]);
});

t.test('an unknown series is 404 as a resource and no-figure in a comparison', async (t) => {
  const query = await createQueryApp(t);
  await query.append([a1]);
  t.match(await query.get('/v1/statistics/series/none:such:-'), { status: 404, json: { code: 'unknown-series' } });
  t.match(await query.get('/v1/statistics/series/none:such:-/conflicts'), { status: 404 });
  const url = '/v1/statistics/compare?series=none:such:-&period=2021&baseline=2020';
  t.match(await read(query, url, comparisonSchema), { current: null, base: null, ratio: null, reason: 'no-figure' });
});

t.test('what makes no sense is refused by name', async (t) => {
  const query = await createQueryApp(t);
  await query.append([a1]);
  const wrong = {
    'series?policy=bounds-9': 'policy',
    [`series/${key}?bucket=decade`]: 'bucket',
    [`series/${key}?accounting=sum`]: 'accounting',
    [`series/${key}?from=2021-09&to=2021-08`]: 'from',
    [`series/${key}?limit=0`]: 'limit',
    [`series/${key}?buckets=day`]: 'buckets',
    [`compare?series=${key}&period=2021`]: 'baseline',
    [`compare?series=${key}&period=2021/..&baseline=2020`]: 'period',
    [`compare?series=${key}&period=2021~&baseline=2020`]: 'period',
    'counts?by=colour': 'by',
    'counts?by=kind,kind': 'by',
    'counts?from=2022&to=2021': 'from',
  };
  for (const [path, parameter] of Object.entries(wrong)) {
    const answer = await query.get(`/v1/statistics/${path}`);
    t.match(answer, { status: 400, json: { errors: [{ parameter }] } }, path);
  }
});
