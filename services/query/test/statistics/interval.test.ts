/** Interval arithmetic: the laws it must keep, and the numbers people would notice. */
import fc from 'fast-check';
import t from 'tap';
import { addDecimals, divideDecimals, subtractDecimals } from '../../src/statistics/decimal.ts';
import {
  contains,
  difference,
  hull,
  type Interval,
  intersect,
  isAbove,
  isExact,
  maximum,
  notNegative,
  ratio,
  sum,
} from '../../src/statistics/interval.ts';
import { bounds } from './figures.ts';

const exact = (value: number): Interval => ({
  lower: value,
  best: value,
  upper: value,
  lowerInclusive: true,
  upperInclusive: true,
});

/** Quarters: exact as doubles, so that plain arithmetic can be the oracle. Few enough that ends often meet. */
const amount = fc.integer({ min: 0, max: 24 }).map((value) => value / 4);

const interval: fc.Arbitrary<Interval> = fc
  .tuple(amount, fc.integer({ min: 0, max: 24 }), fc.boolean(), fc.boolean(), fc.boolean())
  .map(([lower, width, lowerInclusive, upperInclusive, endless]) => {
    const point = width === 0;
    return {
      lower,
      best: null,
      upper: endless ? null : lower + width / 4,
      lowerInclusive: (point && !endless) || lowerInclusive,
      upperInclusive: !endless && (point || upperInclusive),
    };
  });

/** An interval and some values in it. */
const withMembers = interval.chain((of) => {
  const width = (of.upper ?? (of.lower ?? 0) + 8) - (of.lower ?? 0);
  const member = fc
    .integer({ min: 0, max: 8 })
    .map((part) => (of.lower ?? 0) + (width * part) / 8)
    .filter((value) => contains(of, value));
  return fc.record({ of: fc.constant(of), member });
});

type Member = { readonly of: Interval; readonly member: number };

/** The quotient of two exact numbers is rounded to the nearest 12 digits instead of outward. */
function isNear(quotient: Interval, a: Member, b: Member): boolean {
  const exactly = a.member / b.member;
  return isExact(a.of) && isExact(b.of) && Math.abs((quotient.lower ?? 0) - exactly) <= exactly * 1e-11;
}

t.test('what two intervals share is inside both, and every shared value is in it', async () => {
  fc.assert(
    fc.property(withMembers, interval, ({ of, member }, other) => {
      const shared = intersect(of, other);
      if (shared === null) return !contains(other, member) && (isAbove(of, other) || isAbove(other, of));
      return contains(shared, member) === contains(other, member);
    }),
    { numRuns: 5_000 },
  );
});

t.test('a hull holds both', async () => {
  fc.assert(
    fc.property(withMembers, withMembers, (a, b) => {
      const both = hull(a.of, b.of);
      return contains(both, a.member) && contains(both, b.member);
    }),
  );
});

t.test('a sum, a difference, a maximum and a ratio hold those of all members', async () => {
  fc.assert(
    fc.property(withMembers, withMembers, (a, b) => {
      const quotient = ratio(a.of, b.of);
      return (
        contains(sum([a.of, b.of]), a.member + b.member) &&
        contains(difference(a.of, b.of), a.member - b.member) &&
        contains(maximum(a.of, b.of), Math.max(a.member, b.member)) &&
        (b.member === 0 || (quotient !== null && (isNear(quotient, a, b) || contains(quotient, a.member / b.member))))
      );
    }),
    { numRuns: 2_000 },
  );
});

t.test('a sum grows with its parts', async () => {
  fc.assert(
    fc.property(interval, interval, amount, (a, b, more) => {
      const before = sum([a, b]);
      const after = sum([a, b, exact(more)]);
      return (after.lower ?? 0) >= (before.lower ?? 0) && (after.upper ?? Infinity) >= (before.upper ?? Infinity);
    }),
  );
});

t.test('the order of the parts makes no difference', async () => {
  fc.assert(
    fc.property(interval, interval, interval, (a, b, c) => {
      const left = bounds(sum([a, b, c]));
      return left === bounds(sum([c, a, b])) && bounds(hull(a, b)) === bounds(hull(b, a));
    }),
  );
});

t.test('more than 4,100 and less than 4,200 against exactly 81 is between 50.6 and 51.9 times', async (t) => {
  const times = ratio(
    { lower: 4100, best: null, upper: 4200, lowerInclusive: false, upperInclusive: false },
    exact(81),
  );
  t.equal(times && bounds(times), '(50.6172839506, 51.8518518519)');
});

t.test('the quotient of two exact numbers is one number', async (t) => {
  t.equal(bounds(ratio(exact(4059), exact(81)) ?? exact(0)), '[50.1111111111, 50.1111111111] best 50.1111111111');
  t.equal(bounds(ratio(exact(200), exact(100)) ?? exact(0)), '[2, 2] best 2');
});

t.test('nothing is divided by an exact zero, and zero over anything is zero', async (t) => {
  t.equal(ratio(exact(5), exact(0)), null);
  t.equal(bounds(ratio(exact(0), exact(5)) ?? exact(1)), '[0, 0] best 0');
  const upTo5: Interval = { lower: 0, best: null, upper: 5, lowerInclusive: true, upperInclusive: true };
  t.equal(bounds(ratio(exact(10), upTo5) ?? exact(0)), '[2, ∞)');
});

t.test('an unbounded end stays unbounded and is never inclusive', async (t) => {
  const moreThan: Interval = { lower: 4100, best: null, upper: null, lowerInclusive: false, upperInclusive: false };
  t.equal(bounds(ratio(moreThan, exact(81)) ?? exact(0)), '(50.6172839506, ∞)');
  t.equal(bounds(difference(exact(10), moreThan)), '(-∞, -4090)');
  t.equal(notNegative(difference(exact(10), moreThan)), null);
  t.equal(bounds(ratio(exact(10), moreThan) ?? exact(0)), '(0, 0.00243902439025)');
});

t.test('a best is there where every part has one', async (t) => {
  const almost: Interval = { ...exact(3), best: null };
  t.equal(sum([exact(1), exact(2)]).best, 3);
  t.equal(sum([exact(1), almost]).best, null);
  t.equal(difference(exact(5), exact(2)).best, 3);
  t.same(sum([]), exact(0));
});

t.test('decimals show no binary noise', async (t) => {
  t.equal(addDecimals(0.1, 0.2), 0.3);
  t.equal(addDecimals(4620.1, 0.2), 4620.3);
  t.equal(subtractDecimals(4100.1, 4100), 0.1);
  t.equal(addDecimals(Number.MAX_SAFE_INTEGER - 1, 1), Number.MAX_SAFE_INTEGER);
  t.equal(addDecimals(1e-7, 2e-7), 3e-7);
  t.equal(divideDecimals(1, 3, 'down'), 0.333333333333);
  t.equal(divideDecimals(1, 3, 'up'), 0.333333333334);
  t.equal(divideDecimals(2, 3, 'nearest'), 0.666666666667);
  t.equal(divideDecimals(4620, 1.1, 'up'), 4200);
});

t.test('a quotient rounded down, to the nearest and up are in that order, and close', async () => {
  const divisor = fc.double({ min: 1e-6, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), divisor, (a, b) => {
      const [down, near, up] = [
        divideDecimals(a, b, 'down'),
        divideDecimals(a, b, 'nearest'),
        divideDecimals(a, b, 'up'),
      ];
      return down <= near && near <= up && up - down <= Math.abs(a / b) * 1e-10 + Number.MIN_VALUE;
    }),
  );
});
