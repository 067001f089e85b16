/** Buckets: they are what ISO 8601 says, and tile the days. */
import fc from 'fast-check';
import t from 'tap';
import {
  addDays,
  bucketOf,
  bucketsOf,
  bucketUnits,
  daysIn,
  isInside,
  spanToEdtf,
} from '../../src/statistics/calendar.ts';

t.test('weeks at the turn of a year are those of ISO 8601', async (t) => {
  const weeks = {
    '2020-12-31': '2020-W53',
    '2021-01-03': '2020-W53',
    '2021-01-04': '2021-W01',
    '2018-12-31': '2019-W01',
    '2016-01-01': '2015-W53',
    '2021-08-04': '2021-W31',
    '2024-12-30': '2025-W01',
  };
  for (const [day, week] of Object.entries(weeks)) t.equal(bucketOf(day, 'week').period, week, day);
});

t.test('a leap year has its day', async (t) => {
  t.same(bucketOf('2024-02-10', 'month'), { period: '2024-02', from: '2024-02-01', to: '2024-02-29' });
  t.equal(bucketOf('1900-02-10', 'month').to, '1900-02-28');
  t.equal(daysIn({ from: '2024-01-01', to: '2024-12-31' }), 366);
});

t.test('the buckets of a span follow on each other and hold each of its days once', async () => {
  const day = fc.integer({ min: 0, max: 40_000 }).map((days) => addDays('1950-01-01', days));
  fc.assert(
    fc.property(day, fc.integer({ min: 0, max: 900 }), fc.constantFrom(...bucketUnits), (from, length, unit) => {
      const span = { from, to: addDays(from, length) };
      const buckets = [...bucketsOf(span, unit)];
      const follow = buckets.every(
        (each, index) => index === 0 || addDays(buckets[index - 1]?.to ?? '', 1) === each.from,
      );
      const whole = isInside(span, { from: buckets[0]?.from ?? '', to: buckets.at(-1)?.to ?? '' });
      return follow && whole && new Set(buckets.map(({ period }) => period)).size === buckets.length;
    }),
  );
});

t.test('the first and the last year have buckets too', async (t) => {
  for (const unit of bucketUnits) {
    t.equal([...bucketsOf({ from: '9999-12-25', to: '9999-12-31' }, unit)].at(-1)?.to, '9999-12-31');
    t.ok([...bucketsOf({ from: '0001-01-01', to: '0001-01-05' }, unit)].length > 0);
  }
});

t.test('a span is named as plainly as EDTF can', async (t) => {
  t.equal(spanToEdtf({ from: '2021-07-01', to: '2021-07-31' }), '2021-07');
  t.equal(spanToEdtf({ from: '2021-01-01', to: '2021-12-31' }), '2021');
  t.equal(spanToEdtf({ from: '2021-07-05', to: '2021-07-05' }), '2021-07-05');
  t.equal(spanToEdtf({ from: '2021-07-05', to: '2021-08-31' }), '2021-07-05/2021-08-31');
});
