/** The points of a series: what facts.md says must come out, then the rules of details 14 to 17 one by one. */
import t from 'tap';
import type { Figure, Point } from '../../src/statistics/figure.ts';
import { type PointsQuery, pointsOf } from '../../src/statistics/points.ts';
import { bounds, crossings, cumulative, figure, stock } from './figures.ts';

function points(figures: readonly Figure[], query: Partial<PointsQuery> = {}): readonly Point[] {
  const result = pointsOf(figures, { bucket: null, accounting: null, from: null, to: null, ...query });
  if (!result.ok) throw new Error(result.reason);
  return result.slice(0, result.total);
}

/** A point in one line: `2021-07 increment (2000, ∞) [flags] claims`. */
const line = (point: Point) =>
  [
    point.period,
    point.accounting,
    bounds(point),
    ...point.flags.map((flag) => `!${flag}`),
    point.claims.join('+'),
  ].join(' ');
const lines = (...args: Parameters<typeof points>) => points(...args).map(line);

const { a1, a1Baseline, a3, a5 } = crossings;
const all = [a1, a1Baseline, a3, a5];

t.test('two counts of 2021 bound each other at both ends, and July is never added to them', async (t) => {
  t.same(lines(all), [
    '2020 increment [81, 81] best 81 a1',
    '2021-07 increment (2000, ∞) a3',
    '2021-01-01/2021-08-20~ cumulative (4100, 4200) a1+a5',
    '2021-01-01/2021-08-25 cumulative (4100, 4200) a1+a5',
  ]);
  t.same(lines(all, { bucket: 'year' }), [
    '2020 increment [81, 81] best 81 a1',
    '2021 cumulative (4100, 4200) !to-date a1+a5',
    '2021 increment (2000, ∞) !partial a3',
  ]);
});

t.test('without the later count only what was known is said', async (t) => {
  t.same(lines([a3]), ['2021-07 increment (2000, ∞) a3']);
  t.same(lines([a3, a5], { accounting: 'cumulative' }), ['2021-01-01/2021-08-20~ cumulative (4100, ∞) a5']);
});

t.test('stocks follow on each other and are never added', async (t) => {
  const guards = (claim: string, value: number, period: string) =>
    stock({ claim, value, period, measure: 'deployed', unit: 'guard', border: 'BY-LV', publisher: 'BNN' });
  const both = [guards('second', 20, '2023-10'), guards('first', 17, '2023-09')];
  t.same(lines(both), ['2023-09 stock [17, 17] best 17 first', '2023-10 stock [20, 20] best 20 second']);
  const [year] = points(both, { bucket: 'year' });
  t.match(year, { period: '2023', lower: 20, upper: 20, reported: '2023-10', peak: { best: 20, claims: ['second'] } });
  const [fallen] = points([guards('more', 20, '2023-09'), guards('less', 17, '2023-10')], { bucket: 'year' });
  t.match(fallen, { best: 17, claims: ['less'], peak: { best: 20, claims: ['more'] } });
});

t.test('an observed zero is a zero, and nothing known is no point', async (t) => {
  const none = figure({ claim: 'a4', value: 0, period: '2023-09-10/2023-09-12', measure: 'attempts', unit: 'attempt' });
  t.same(lines([none]), ['2023-09-10/2023-09-12 increment [0, 0] best 0 a4']);
  t.same(lines([none], { bucket: 'month' }), ['2023-09 increment [0, ∞) !partial a4']);
  t.same(lines([none], { bucket: 'month', from: '2023-10-01' }), []);
});

t.test('sources that agree give what they share, with a value one of them states', async (t) => {
  const says = (claim: string, value: number, qualifier: Figure['qualifier']) =>
    figure({ claim, value, qualifier: qualifier as 'about', period: '2021-07' });
  t.same(lines([says('a', 100, 'about'), says('b', 95, 'at-least')]), ['2021-07 increment [95, 110] best 100 a+b']);
  t.same(lines([says('a', 100, 'about'), says('b', 105, 'at-least')]), ['2021-07 increment [105, 110] a+b']);
  t.same(lines([says('a', 100, 'about'), says('b', 103, 'exact')]), ['2021-07 increment [103, 103] best 103 a+b']);
  t.same(lines([says('a', 100, 'about'), says('b', 104, 'about')]), ['2021-07 increment [93.6, 110] best 100 a+b']);
});

t.test('sources that conflict give the hull, without a best, and name all claims', async (t) => {
  const says = (claim: string, value: number) => figure({ claim, value, period: '2021-07' });
  t.same(lines([says('a', 100), says('b', 120), says('c', 110)]), ['2021-07 increment [100, 120] !conflict a+b+c']);
});

t.test('one period written in two ways is one period', async (t) => {
  const ways = [
    figure({ claim: 'a', value: 5, period: '2021-07-01/2021-07-31' }),
    figure({ claim: 'b', value: 5, period: '2021-07' }),
    figure({ claim: 'c', value: 5, period: '2021-07/2021-07' }),
  ];
  t.same(lines(ways), ['2021-07 increment [5, 5] best 5 a+b+c']);
});

t.test('a bucket adds disjoint increments, and is partial where they leave days out', async (t) => {
  const firstHalf = figure({ claim: 'a', value: 10, period: '2021-07-01/2021-07-15' });
  const secondHalf = figure({ claim: 'b', value: 20, qualifier: 'about', period: '2021-07-16/2021-07-31' });
  t.same(lines([firstHalf, secondHalf], { bucket: 'month' }), ['2021-07 increment [28, 32] best 30 a+b']);
  t.same(lines([firstHalf], { bucket: 'month' }), ['2021-07 increment [10, ∞) !partial a']);
  t.same(lines([firstHalf, secondHalf], { bucket: 'year' }), ['2021 increment [28, ∞) !partial a+b']);
});

t.test('an increment that covers others is not added to them', async (t) => {
  const whole = figure({ claim: 'whole', value: 40, period: '2021-07' });
  const part = figure({ claim: 'part', value: 10, period: '2021-07-05/2021-07-08' });
  t.same(lines([whole, part], { bucket: 'month' }), ['2021-07 increment [40, 40] best 40 whole']);
});

t.test('increments that overlap without covering each other are not combined, and the clash is named', async (t) => {
  const early = figure({ claim: 'early', value: 10, period: '2021-07-01/2021-07-20' });
  const late = figure({ claim: 'late', value: 10, period: '2021-07-15/2021-07-31' });
  t.same(lines([late, early], { bucket: 'month' }), ['2021-07 increment [10, ∞) !not-combinable !partial early+late']);
});

t.test('a period that straddles buckets is not split', async (t) => {
  const straddling = figure({ claim: 's', value: 10, period: '2021-07-30/2021-08-02' });
  const whole = figure({ claim: 'july', value: 40, period: '2021-07' });
  t.same(lines([straddling, whole], { bucket: 'month' }), [
    '2021-07 increment [40, 40] best 40 !not-combinable july+s',
    '2021-08 increment [0, ∞) !not-combinable s',
  ]);
});

t.test('weeks are ISO weeks', async (t) => {
  const week = figure({ claim: 'w', value: 7, period: '2020-12-28/2021-01-03' });
  t.same(lines([week], { bucket: 'week' }), ['2020-W53 increment [7, 7] best 7 w']);
  t.same(lines([figure({ claim: 'd', value: 1, period: '2021-08-04' })], { bucket: 'week' }), [
    '2021-W31 increment [1, ∞) !partial d',
  ]);
});

t.test('a count that fell is a reset, and no increment comes of it', async (t) => {
  const count = (claim: string, value: number, end: string) =>
    cumulative({ claim, value, period: `2021-01-01/${end}`, authority: 'VSAT' });
  const figures = [count('c', 30, '2021-03-31'), count('a', 100, '2021-01-31'), count('b', 20, '2021-02-28')];
  t.same(
    lines(figures),
    [
      '2021-01 cumulative [100, 100] best 100 a',
      '2021-01-01/2021-02-28 cumulative [20, 20] best 20 !reset b',
      '2021-01-01/2021-03-31 cumulative [30, 30] best 30 c',
    ].map((text) => text.replace('2021-01 ', '2021-01-01/2021-01-31 ')),
  );
  t.same(lines(figures, { accounting: 'increment' }), [
    '2021-02 increment [0, ∞) !derived !reset a+b',
    '2021-03 increment [10, 10] best 10 !derived b+c',
  ]);
  t.same(lines(figures, { bucket: 'year' }), ['2021 cumulative [30, 30] best 30 !reset !to-date c']);
});

t.test('nothing is carried over a reset', async (t) => {
  const count = (claim: string, value: number, end: string, authority: string) =>
    cumulative({ claim, value, period: `2021-01-01/${end}`, authority });
  const figures = [
    count('a', 100, '2021-01-31', 'VSAT'),
    count('b', 20, '2021-02-28', 'VSAT'),
    cumulative({ claim: 'x', value: 90, qualifier: 'at-least', period: '2021-01-01/2021-02-10', authority: 'other' }),
  ];
  const [, between] = points(figures);
  t.equal(between && line(between), '2021-01-01/2021-02-10 cumulative [90, ∞) x');
});

t.test('derived increments are intervals, without a best where a bound is open', async (t) => {
  const count = (claim: string, value: number, end: string, qualifier: 'exact' | 'almost' | 'more-than') =>
    cumulative({ claim, value, qualifier, period: `2021-01-01/${end}`, authority: 'VSAT' });
  const increments = (...figures: Figure[]) => lines(figures, { accounting: 'increment' });
  t.same(increments(count('a', 100, '2021-01-31', 'exact'), count('b', 130, '2021-02-28', 'exact')), [
    '2021-02 increment [30, 30] best 30 !derived a+b',
  ]);
  t.same(increments(count('a', 100, '2021-01-31', 'more-than'), count('b', 130, '2021-02-28', 'exact')), [
    '2021-02 increment [0, 30) !derived a+b',
  ]);
  t.same(increments(count('a', 100, '2021-01-31', 'almost'), count('b', 130, '2021-02-28', 'more-than')), [
    '2021-02 increment (30, ∞) !derived a+b',
  ]);
});

t.test('a fall below what was counted long before is a reset too', async (t) => {
  const count = (claim: string, value: number, end: string, qualifier: 'exact' | 'at-least' | 'at-most') =>
    cumulative({ claim, value, qualifier, period: `2021-01-01/${end}`, authority: 'VSAT' });
  const figures = [
    count('a', 100, '2021-01-31', 'at-least'),
    count('b', 110, '2021-02-28', 'at-most'),
    count('c', 90, '2021-03-31', 'exact'),
  ];
  t.same(lines(figures, { accounting: 'increment' }), [
    '2021-02 increment [0, 10] !derived a+b',
    '2021-03 increment [0, ∞) !derived !reset b+c',
  ]);
});

t.test('a best that an open bound leaves in doubt is not derived from', async (t) => {
  const count = (claim: string, value: number, end: string, qualifier: 'exact' | 'about' | 'more-than') =>
    cumulative({ claim, value, qualifier, period: `2021-01-01/${end}`, authority: 'VSAT' });
  const january = [count('a', 100, '2021-01-31', 'about'), count('b', 95, '2021-01-31', 'more-than')];
  t.same(lines(january), ['2021-01-01/2021-01-31 cumulative (95, 110] best 100 a+b']);
  t.same(lines([...january, count('c', 130, '2021-02-28', 'exact')], { accounting: 'increment' }), [
    '2021-02 increment [20, 35) !derived a+b+c',
  ]);
});

t.test('counts from two starts are two counts', async (t) => {
  const figures = [
    cumulative({ claim: 'a', value: 100, period: '2021-01-01/2021-08-31' }),
    cumulative({ claim: 'b', value: 10, period: '2021-08-03/2021-08-31' }),
  ];
  t.same(
    points(figures, { bucket: 'month' }).map(({ since, best }) => [since, best]),
    [
      ['2021-01-01', 100],
      ['2021-08-03', 10],
    ],
  );
});

t.test('a window shows whole buckets', async (t) => {
  const days = ['2021-07-01', '2021-07-31', '2021-08-01'].map((period) => figure({ claim: period, value: 1, period }));
  t.same(lines(days, { bucket: 'month', from: '2021-07-15', to: '2021-07-20' }), [
    '2021-07 increment [2, ∞) !partial 2021-07-01+2021-07-31',
  ]);
  t.same(lines(days, { from: '2021-07-15' }).length, 2);
});

t.test('more buckets than anybody reads are refused, and a window helps', async (t) => {
  const ages = [figure({ claim: 'a', value: 1, period: '0001/9999' })];
  const query = { bucket: 'day', accounting: null, from: null, to: null } as const;
  t.same(pointsOf(ages, query), { ok: false, reason: 'too-many-buckets' });
  t.equal(points(ages, { ...query, from: '2021-08-01', to: '2021-08-31' }).length, 31);
});
