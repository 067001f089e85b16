/** The cover is the best there is: against trying every set. */
import fc from 'fast-check';
import t from 'tap';
import { addDays, daysIn, isInside, overlaps, type Span } from '../../src/statistics/calendar.ts';
import { coverDisjointly } from '../../src/statistics/disjoint-cover.ts';

const span: fc.Arbitrary<Span> = fc
  .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 9 }))
  .map(([start, length]) => ({ from: addDays('2021-07-01', start), to: addDays('2021-07-01', start + length) }));
const spans = fc.uniqueArray(span, { maxLength: 9, selector: ({ from, to }) => `${from}/${to}` });

function best(all: readonly Span[]): { days: number; parts: number } {
  let found = { days: 0, parts: 0 };
  for (let set = 0; set < 2 ** all.length; set += 1) {
    const chosen = all.filter((_, index) => (set >> index) & 1);
    if (chosen.some((a, index) => chosen.slice(index + 1).some((b) => overlaps(a, b)))) continue;
    const days = chosen.reduce((sum, each) => sum + daysIn(each), 0);
    const better = days > found.days || (days === found.days && chosen.length < found.parts);
    if (better) found = { days, parts: chosen.length };
  }
  return found;
}

t.test('the chosen periods are disjoint, cover the most days, and are the fewest that do', async () => {
  fc.assert(
    fc.property(spans, (all) => {
      const { chosen, coveredDays } = coverDisjointly(all.map((each) => ({ span: each })));
      const { days, parts } = best(all);
      const disjoint = chosen.every((a, index) => index === 0 || (chosen[index - 1]?.span.to ?? '') < a.span.from);
      const sum = chosen.reduce((total, each) => total + daysIn(each.span), 0);
      return disjoint && coveredDays === days && sum === days && chosen.length === parts;
    }),
    { numRuns: 1_000 },
  );
});

t.test('what clashes has a day that no chosen period has', async () => {
  fc.assert(
    fc.property(spans, (all) => {
      const { chosen, clashing } = coverDisjointly(all.map((each) => ({ span: each })));
      return all.every((each) => {
        const days = Array.from({ length: daysIn(each) }, (_, index) => addDays(each.from, index));
        const covered = days.every((day) => chosen.some(({ span: part }) => isInside({ from: day, to: day }, part)));
        return covered !== clashing.some((clash) => clash.span === each);
      });
    }),
  );
});
