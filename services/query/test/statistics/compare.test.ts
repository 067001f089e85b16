/** Comparisons and conflicts: what facts.md says must come out, and details 18 and 20. */
import t from 'tap';
import { type ComparedPeriod, compare } from '../../src/statistics/compare.ts';
import { sideBySide } from '../../src/statistics/conflicts.ts';
import type { Figure } from '../../src/statistics/figure.ts';
import { bounds, crossings, cumulative, figure, stock } from './figures.ts';

const { a1, a1Baseline, a3, a5 } = crossings;
const year = (period: string): ComparedPeriod => ({ period, from: `${period}-01-01`, to: `${period}-12-31` });
const sourcesOf = (figures: readonly Figure[]) => sideBySide(figures, { from: null, to: null }).toArray();
const compared = (figures: readonly Figure[]) => compare(figures, year('2021'), year('2020'));

t.test('2021 against 2020 is between 50.6 and 51.9 times, and names its claims', async (t) => {
  const comparison = compared([a5, a3, a1, a1Baseline]);
  t.equal(comparison.ratio && bounds(comparison.ratio), '(50.6172839506, 51.8518518519)');
  t.equal(comparison.difference && bounds(comparison.difference), '(4019, 4119)');
  t.match(comparison.current, { period: '2021', claims: ['a1', 'a5'], flags: ['to-date'], reported: a1.period });
  t.match(comparison.base, { period: '2020', claims: ['a1'], flags: [], best: 81 });
  t.notOk('reason' in comparison);
});

t.test('A5 alone says more than 50.6 times', async (t) => {
  const { ratio } = compared([a5, a1Baseline]);
  t.equal(ratio && bounds(ratio), '(50.6172839506, ∞)');
});

t.test('a period nobody gives a figure for has no ratio and says so', async (t) => {
  t.match(compared([a5]), { ratio: null, difference: null, base: null, reason: 'no-figure' });
  t.match(compared([a1Baseline]), { ratio: null, current: null, reason: 'no-figure' });
  t.match(compared([]), { ratio: null, current: null, base: null, reason: 'no-figure' });
});

t.test('an observed zero as baseline has no ratio but a difference', async (t) => {
  const comparison = compared([a5, figure({ claim: 'zero', value: 0, period: '2020' })]);
  t.match(comparison, { ratio: null, reason: 'zero-baseline' });
  t.equal(comparison.difference && bounds(comparison.difference), '(4100, ∞)');
});

t.test('increments stand where no cumulative starts with the period, and stocks where there are none', async (t) => {
  const july = compare([a3, a1], { period: '2021-07', from: '2021-07-01', to: '2021-07-31' }, year('2020'));
  t.match(july.current, { accounting: 'increment', claims: ['a3'] });
  const present = [
    stock({ claim: 's1', value: 5, period: '2021-03-01' }),
    stock({ claim: 's2', value: 3, period: '2021-05-01' }),
    stock({ claim: 's0', value: 2, period: '2020-05-01' }),
  ];
  const stocks = compared(present);
  t.equal(stocks.ratio && bounds(stocks.ratio), '[1.5, 1.5] best 1.5');
});

t.test('a count that began on another day is no figure of the period', async (t) => {
  const since = (start: string, value: number) =>
    cumulative({ claim: start, value, period: `${start}/2021-06-30`, authority: 'VSAT' });
  t.match(compared([since('2020-06-01', 50), since('2021-01-01', 20), since('2021-03-01', 5)]).current, { best: 20 });
  t.equal(compared([since('2020-06-01', 50)]).current, null);
});

t.test('a period that straddles the one asked for is no figure of it', async (t) => {
  const straddling = figure({ claim: 's', value: 10, period: '2020-12-30/2021-01-02' });
  t.match(compared([straddling]), { current: null, base: null });
});

t.test('a count that goes beyond the period is not taken for it, but bounds one that ends in it', async (t) => {
  const within = cumulative({ claim: 'in', value: 10, qualifier: 'at-least', period: '2020-01-01/2020-12-01' });
  const beyond = cumulative({ claim: 'beyond', value: 30, period: '2020-01-01/2021-02-01' });
  const { base } = compared([within, beyond]);
  t.equal(base && bounds(base), '[10, 30]');
  t.match(base, { reported: within.period, flags: ['to-date'] });
});

t.test('A5 and A1 agree on more than 4,100 and less than 4,200 at both ends', async (t) => {
  const items = sourcesOf([a1, a1Baseline, a3, a5]);
  const agreed = items.filter((item) => item.verdict === 'agree');
  t.same(
    agreed.map(({ period, agreement }) => [period, agreement && bounds(agreement)]),
    [
      [a5.period, '(4100, 4200)'],
      [a1.period, '(4100, 4200)'],
    ],
  );
  t.match(agreed[0]?.sources, [
    { claim: 'a1', publisher: 'paper of a1', carried: true, period: a1.period, lower: 0, upper: 4200 },
    { claim: 'a5', publisher: 'paper of a5', carried: false, lower: 4100, upper: null },
  ]);
  t.same(
    items.map((item) => item.verdict),
    ['single', 'single', 'agree', 'agree'],
  );
});

t.test('a later count below an earlier one of another source is a conflict', async (t) => {
  const items = sourcesOf([a5, cumulative({ claim: 'low', value: 4000, period: '2021-01-01/2021-08-25' })]);
  t.same(
    items.map((item) => [item.verdict, item.agreement]),
    [
      ['conflict', null],
      ['conflict', null],
    ],
  );
});

t.test('two papers that cite one authority are one source', async (t) => {
  const citing = (claim: string, value: number) => figure({ claim, value, period: '2021-07', authority: 'VSAT' });
  t.equal(sourcesOf([citing('a', 5), citing('b', 5)])[0]?.verdict, 'single');
  t.equal(sourcesOf([citing('a', 5), citing('b', 6)])[0]?.verdict, 'conflict');
});
