/** Laws that hold for any figures: order is nothing, carrying only narrows, nothing falls below zero. */
import fc from 'fast-check';
import t from 'tap';
import { statementsAt } from '../../src/statistics/carry-bounds.ts';
import { type AsOf, type Count, compareAsOf, countsOf } from '../../src/statistics/chains.ts';
import { sideBySide } from '../../src/statistics/conflicts.ts';
import type { Figure } from '../../src/statistics/figure.ts';
import { hull, intersect, isExact, toInterval } from '../../src/statistics/interval.ts';
import { type PointsQuery, pointsOf as slicesOf } from '../../src/statistics/points.ts';
import { combine } from '../../src/statistics/statement.ts';
import { bounds, figure } from './figures.ts';

/** All points at once. */
function pointsOf(list: readonly Figure[], asked: PointsQuery) {
  const result = slicesOf(list, asked);
  return result.ok ? { ok: result.ok, points: result.slice(0, result.total) } : result;
}

const everything = { from: null, to: null };

const sourcesOf = (list: readonly Figure[]) => sideBySide(list, everything).toArray();

const day = (ordinal: number) => new Date(Date.UTC(2021, 0, 1 + ordinal)).toISOString().slice(0, 10);

/** Some figures of one series over some weeks, from few enough chains and periods to meet. */
const figures: fc.Arbitrary<Figure[]> = fc
  .array(
    fc.record({
      accounting: fc.constantFrom('increment', 'cumulative', 'stock'),
      qualifier: fc.constantFrom('exact', 'about', 'almost', 'more-than', 'at-least', 'at-most'),
      value: fc.integer({ min: 0, max: 40 }),
      authority: fc.constantFrom('VSAT', 'Frontex', 'ministry'),
      from: fc.integer({ min: 0, max: 12 }),
      length: fc.integer({ min: 0, max: 40 }),
      inexact: fc.boolean(),
    }),
    { maxLength: 12 },
  )
  .map((list) =>
    list.map(({ from, length, inexact, ...told }, index) => {
      const start = told.accounting === 'cumulative' ? from % 2 : from;
      // "Almost none" leaves no number at all by bounds-1: [0, 0).
      const value = told.qualifier === 'almost' ? told.value + 1 : told.value;
      const period = `${day(start)}/${day(start + length)}${inexact ? '~' : ''}`;
      return figure({ ...told, value, claim: `claim-${index}`, period });
    }),
  );

/** One count by few chains with many as-ofs: what carrying is about. */
const counts: fc.Arbitrary<Figure[]> = fc
  .array(
    fc.record({
      qualifier: fc.constantFrom('exact', 'about', 'at-least', 'at-most', 'more-than'),
      value: fc.integer({ min: 0, max: 20 }),
      authority: fc.constantFrom('VSAT', 'Frontex'),
      length: fc.integer({ min: 0, max: 9 }),
      inexact: fc.boolean(),
    }),
    { minLength: 2, maxLength: 14 },
  )
  .map((list) =>
    list.map(({ length, inexact, ...told }, index) => {
      const period = `${day(0)}/${day(length)}${inexact ? '~' : ''}`;
      return figure({ ...told, claim: `claim-${index}`, accounting: 'cumulative', period });
    }),
  );

const query = fc.record({
  bucket: fc.constantFrom(null, 'day', 'week', 'month', 'year'),
  accounting: fc.constantFrom(null, 'increment', 'cumulative', 'stock'),
  from: fc.constantFrom(null, day(5)),
  to: fc.constantFrom(null, day(30)),
}) as fc.Arbitrary<PointsQuery>;

const shuffled = figures.chain((list) =>
  fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
);

t.test('the order in which figures come makes no difference', async (t) => {
  fc.assert(
    fc.property(shuffled, query, ([one, other], asked) => {
      t.same(pointsOf(other, asked), pointsOf(one, asked), { diagnostic: false });
      return JSON.stringify(sourcesOf(other)) === JSON.stringify(sourcesOf(one));
    }),
  );
});

t.test('what other chains carry to an end never widens what is said of it, and is all that is added', async () => {
  fc.assert(
    fc.property(counts, (list) => {
      for (const count of countsOf(list)) {
        for (const step of count.chains.flat()) {
          const statements = statementsAt(count, step.asOf);
          const own = statements.filter((statement) => !statement.carried);
          const { agreement } = combine(statements);
          const said = combine(own).interval;
          if (
            agreement !== null &&
            bounds({ ...agreement, best: null }) !== bounds({ ...intersected(agreement, said), best: null })
          ) {
            return false;
          }
          if (!step.figures.every((each) => own.some(({ figure: spoken }) => spoken === each))) return false;
        }
      }
      return true;
    }),
  );
});

t.test('what is carried to an end is what a scan of every chain finds', async (t) => {
  fc.assert(
    fc.property(counts, (list) => {
      for (const count of countsOf(list)) {
        for (const { asOf } of count.chains.flat()) {
          const found = statementsAt(count, asOf).map(({ figure: { claim }, interval, carried }) => [
            claim,
            bounds(interval),
            carried,
          ]);
          t.same(found, scanned(count, asOf), { diagnostic: false });
        }
      }
      return true;
    }),
  );
});

/** Details 15 in so many words, without an index. */
function scanned({ chains }: Count, at: AsOf) {
  return chains.flatMap((steps) => {
    const own = steps.find((step) => compareAsOf(step.asOf, at) === 0);
    if (own) return own.figures.map((each) => [each.claim, bounds(each), false]);
    const before = steps.findLastIndex((step) => step.asOf.earliest <= at.latest);
    const fallsNext = steps[before + 1]?.reset && (steps[before]?.asOf.latest ?? '~') < at.latest;
    const lowers = fallsNext ? [] : (steps[before]?.figures ?? []);
    const first = steps.findIndex((step) => step.asOf.latest >= at.latest);
    const fell = first >= 0 && steps[first]?.reset && (steps[first]?.asOf.earliest ?? '') > at.latest;
    const nextFall = steps.findIndex((step, index) => index > first && step.reset);
    const reached = first < 0 || fell ? [] : steps.slice(first, nextFall < 0 ? steps.length : nextFall);
    const [upper] = reached
      .flatMap((step) => step.figures)
      .filter((each) => each.upper !== null)
      .toSorted((a, b) => (a.upper ?? 0) - (b.upper ?? 0) || Number(a.upperInclusive) - Number(b.upperInclusive));
    const low = (each: Figure) => `${each.lowerInclusive ? '[' : '('}${each.lower}`;
    const high = (each: Figure) => `${each.upper}${each.upperInclusive ? ']' : ')'}`;
    const said = lowers
      .map((each) => [each.claim, `${low(each)}, ${each === upper ? high(each) : '∞)'}`, true])
      .filter(([, text]) => text !== '[0, ∞)');
    return upper === undefined || lowers.includes(upper) ? said : [...said, [upper.claim, `[0, ${high(upper)}`, true]];
  });
}

t.test('no point is below zero, empty, or has a best outside itself', async () => {
  fc.assert(
    fc.property(figures, query, (list, asked) => {
      const result = pointsOf(list, asked);
      return (
        result.ok &&
        result.points.every(({ lower, best, upper, claims }) => {
          const inside = best === null || (best >= (lower ?? 0) && best <= (upper ?? Infinity));
          return lower !== null && lower >= 0 && lower <= (upper ?? Infinity) && inside && claims.length > 0;
        })
      );
    }),
  );
});

t.test('a verdict is conflict exactly where two sources share no value', async () => {
  fc.assert(
    fc.property(figures, (list) =>
      sourcesOf(list).every(({ verdict, agreement, sources }) => {
        const disjoint = sources.some((a) => sources.some((b) => intersect(toInterval(a), toInterval(b)) === null));
        return (verdict === 'conflict') === disjoint && (agreement === null) === disjoint;
      }),
    ),
  );
});

t.test('one chain of exact counts that rises gives increments that add up to its rise', async () => {
  const rises = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 2, maxLength: 10 });
  fc.assert(
    fc.property(rises, (steps) => {
      const totals = steps.map((_, index) => steps.slice(0, index + 1).reduce((sum, step) => sum + step, 0));
      const counted = totals.map((value, index) =>
        figure({
          claim: `c${index}`,
          value,
          accounting: 'cumulative',
          authority: 'VSAT',
          period: `${day(0)}/${day(index)}`,
        }),
      );
      const result = pointsOf(counted, { bucket: null, accounting: 'increment', from: null, to: null });
      if (!result.ok) return false;
      const sum = result.points.reduce((total, point) => total + (point.best ?? Number.NaN), 0);
      return result.points.every(isExact) && sum === (totals.at(-1) ?? 0) - (totals[0] ?? 0);
    }),
  );
});

function intersected(a: Parameters<typeof intersect>[0], b: Parameters<typeof intersect>[1]) {
  return intersect(a, b) ?? hull(a, b);
}
