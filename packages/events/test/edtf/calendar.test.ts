import * as fc from 'fast-check';
import { test } from 'tap';
import { addDays, daysInMonth, firstOfMonth, isCalendarDate, lastOfMonth } from '../../src/edtf/calendar.ts';

const utc = (year: number, month: number, day: number) => {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date;
};
const iso = (date: Date) => date.toISOString().slice(0, 10);
const year = fc.integer({ min: 2, max: 9998 });
const month = fc.integer({ min: 1, max: 12 });

await test('a month has as many days as the platform’s calendar says', async () => {
  fc.assert(fc.property(year, month, (y, m) => daysInMonth(y, m) === utc(y, m + 1, 0).getUTCDate()));
});

await test('adding days goes where the platform’s calendar goes', async () => {
  fc.assert(
    fc.property(year, month, fc.integer({ min: 1, max: 28 }), fc.integer({ min: -40, max: 40 }), (y, m, d, days) => {
      return addDays(y, m, d, days) === iso(utc(y, m, d + days));
    }),
  );
});

await test('the first and last day of a month some months away are those of the platform’s calendar', async (t) => {
  fc.assert(
    fc.property(year, month, fc.integer({ min: -12, max: 12 }), (y, m, months) => {
      t.equal(firstOfMonth(y, m, months), iso(utc(y, m + months, 1)));
      t.equal(lastOfMonth(y, m, months), iso(utc(y, m + months + 1, 0)));
    }),
    { numRuns: 50 },
  );
});

await test('days outside years 0001–9999 are held at the ends', async (t) => {
  t.equal(addDays(1, 1, 1, -1), '0001-01-01');
  t.equal(addDays(9999, 12, 31, 1), '9999-12-31');
  t.equal(firstOfMonth(1, 1, -1), '0001-01-01');
  t.equal(lastOfMonth(9999, 12, 2), '9999-12-31');
});

await test('a date that no calendar has is none', async (t) => {
  for (const [y, m, d] of [
    [2021, 2, 29],
    [1900, 2, 29],
    [2021, 13, 1],
    [2021, 0, 1],
    [2021, 4, 31],
    [2021, 1, 0],
    [0, 1, 1],
  ] as const) {
    t.notOk(isCalendarDate(y, m, d), `${y}-${m}-${d}`);
  }
  t.ok(isCalendarDate(2000, 2, 29));
});
