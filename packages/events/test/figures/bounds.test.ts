import * as fc from 'fast-check';
import { test } from 'tap';
import { boundsOf } from '../../src/figures/bounds.ts';

const interval = (
  lower: number,
  best: number | null,
  upper: number | null,
  lowerInclusive = true,
  upperInclusive = true,
) => ({
  lower,
  best,
  upper,
  lowerInclusive,
  upperInclusive,
});

await test('bounds-1 reads each qualifier as domain.md says', async (t) => {
  for (const [figure, expected] of [
    [{ qualifier: 'exact', value: 81 }, interval(81, 81, 81)],
    [{ qualifier: 'exact', value: 0 }, interval(0, 0, 0)],
    [{ qualifier: 'more-than', value: 4100 }, interval(4100, null, null, false, false)],
    [{ qualifier: 'at-least', value: 200 }, interval(200, null, null, true, false)],
    [{ qualifier: 'at-most', value: 12 }, interval(0, null, 12)],
    [{ qualifier: 'almost', value: 4200 }, interval(3780, null, 4200, true, false)],
    [{ qualifier: 'almost', value: 0 }, interval(0, null, 0)],
    [{ qualifier: 'about', value: 0 }, interval(0, 0, 0)],
    [{ qualifier: 'about', value: 100 }, interval(90, 100, 110)],
    [{ qualifier: 'about', value: 3 }, interval(2.7, 3, 3.3)],
    [{ qualifier: 'about', value: 0.1 }, interval(0.09, 0.1, 0.11)],
    [{ qualifier: 'almost', value: 1e-7 }, interval(9e-8, null, 1e-7, true, false)],
    [{ qualifier: 'range', lower: 3000, upper: 4000 }, interval(3000, null, 4000)],
  ] as const) {
    t.same(boundsOf(figure), expected, JSON.stringify(figure));
    t.same(boundsOf(figure, 'bounds-1'), expected);
  }
});

await test('bounds are ordered, begin at or above 0, hold their best and are never empty', async () => {
  const value = fc.oneof(
    fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    fc.double({ min: 0, max: 1e15, noNaN: true }),
  );
  const qualifier = fc.constantFrom('exact', 'about', 'almost', 'more-than', 'at-least', 'at-most');
  fc.assert(
    fc.property(value, qualifier, (stated, word) => {
      const { lower, best, upper, lowerInclusive, upperInclusive } = boundsOf({ qualifier: word, value: stated });
      return (
        lower >= 0 &&
        (lower !== upper || (lowerInclusive && upperInclusive)) &&
        (upper === null || lower <= upper) &&
        (best === null || (lower <= best && best <= (upper ?? best)))
      );
    }),
  );
});

await test('a figure without the number its qualifier needs throws', async (t) => {
  t.throws(() => boundsOf({ qualifier: 'exact' }), TypeError);
  t.throws(() => boundsOf({ qualifier: 'range', lower: 1 }), TypeError);
});
