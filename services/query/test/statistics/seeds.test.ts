/** What facts.md says must come out of the real claims, from seeds/ over the projectors' own `apply` to HTTP. */
import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import {
  comparisonSchema,
  conflictListSchema,
  countListSchema,
  pointListSchema,
  seriesListSchema,
} from '../../src/statistics/schemas.ts';
import { createQueryApp, type EventJson } from '../fixture/query-app.ts';
import { bounds } from './figures.ts';
import { read } from './read-answer.ts';

const folder = new URL('../../../../seeds/', import.meta.url);
const seeds = readdirSync(folder)
  .filter((name) => name.endsWith('.ndjson'))
  .toSorted()
  .flatMap((name) => readFileSync(new URL(name, folder), 'utf8').trim().split('\n'))
  .map((line) => JSON.parse(line) as EventJson);

const key = 'crossings:person:BY-LT';
const cumulatives = ['a1-crossings-2021-to-date', 'a5-crossings-2021-to-date'];

t.test('the seeds answer what they must', async (t) => {
  const query = await createQueryApp(t);
  await query.append(seeds);
  const points = (series: string, parameters = '') =>
    read(query, `/v1/statistics/series/${series}${parameters}`, pointListSchema);

  await t.test('the series are those of details 12', async (t) => {
    const { items } = await read(query, '/v1/statistics/series', seriesListSchema);
    t.same(
      items.map((item) => item.key),
      [
        'attempts:attempt:BY-LT',
        'attempts:attempt:BY-LV',
        'barrier-length:km:BY-PL',
        'border-length:km:BY-LT',
        'crossings:person:BY-LT',
        'deployed:guard:BY-LV',
        'present:person:BY-LT',
        'present:person:BY-PL',
        'turned-back:person:BY-LT',
      ],
    );
  });

  await t.test('2021 is between 50.6 and 51.9 times 2020, and the claims are named', async (t) => {
    const url = `/v1/statistics/compare?series=${key}&period=2021&baseline=2020`;
    const { ratio, current, base } = await read(query, url, comparisonSchema);
    t.ok(ratio?.lower && ratio.lower > 50.6 && ratio.upper && ratio.upper < 51.9, ratio ? bounds(ratio) : 'no ratio');
    t.same([current?.claims, base?.claims], [cumulatives, ['a1-detained-2020']]);
    // A5's own "50 times" is not far off: 4,100 is a bound, and 81 times 50 is below it.
    t.ok((ratio?.lower ?? 0) > 50);
  });

  await t.test('July is beside the cumulative and never added to it', async (t) => {
    const { items } = await points(key, '?bucket=year');
    t.same(
      items.map((point) => [point.period, point.accounting, bounds(point)]),
      [
        ['2020', 'increment', '[81, 81] best 81'],
        ['2021', 'cumulative', '(4100, 4200)'],
        ['2021', 'increment', '(2001, ∞)'],
      ],
    );
    const july = (await points(key, '?bucket=month&from=2021-07&to=2021-07')).items;
    t.same(
      july.map((point) => [point.period, bounds(point), point.flags]),
      [['2021-07', '(2000, ∞)', []]],
    );
  });

  await t.test('the guards are 17, then 20, never 37', async (t) => {
    const { items } = await points('deployed:guard:BY-LV');
    t.same(
      items.map((point) => [bounds(point), point.claims]),
      [
        ['[17, 17] best 17', ['a4-guards-17']],
        ['[20, 20] best 20', ['a4-guards-20']],
      ],
    );
    for (const bucket of ['day', 'week', 'month', 'year']) {
      const all = (await points('deployed:guard:BY-LV', `?bucket=${bucket}&limit=1000`)).items;
      t.notOk(
        all.some((point) => (point.best ?? point.lower ?? 0) > 20),
        bucket,
      );
    }
  });

  await t.test('an observed zero is a zero', async (t) => {
    t.same(
      (await points('attempts:attempt:BY-LT')).items.map((point) => bounds(point)),
      ['[0, 0] best 0'],
    );
    t.same(
      (await points('attempts:attempt:BY-LV')).items.map((point) => bounds(point)),
      ['[164, 164] best 164'],
    );
  });

  await t.test('by 2 August 2021 the public could know of 2,000 and not of 4,100', async (t) => {
    const { items } = await points(key, '?knownBy=2021-08-02');
    t.same(
      items.map((point) => [point.period, bounds(point)]),
      [['2021-07', '(2000, ∞)']],
    );
    const { items: series } = await read(query, '/v1/statistics/series?knownBy=2021-08-02', seriesListSchema);
    t.same(
      series.map((item) => item.key),
      ['border-length:km:BY-LT', key],
    );
  });

  await t.test('A5 and A1 agree on more than 4,100 and less than 4,200', async (t) => {
    const { items } = await read(query, `/v1/statistics/series/${key}/conflicts`, conflictListSchema);
    t.same(
      items.map(({ verdict, agreement }) => [verdict, agreement && bounds(agreement)]),
      [
        ['agree', '(4100, 4200)'],
        ['agree', '(4100, 4200)'],
      ],
    );
    for (const { sources } of items)
      t.same(
        sources.map(({ claim }) => claim),
        cumulatives,
      );
  });

  await t.test('claims and incidents are counted side by side', async (t) => {
    const count = (parameters: string) => read(query, `/v1/statistics/counts${parameters}`, countListSchema);
    const [all] = (await count('')).items;
    const claims = new Set(seeds.map((event) => event.subject)).size;
    // The Frontex staff of A3 and A5 are one incident.
    t.same(all, { claims, incidents: claims - 1, possible: 0 });
    const kinds = (await count('?by=kind')).items;
    t.equal(
      kinds.reduce((sum, item) => sum + item.claims, 0),
      claims,
    );
  });
});
