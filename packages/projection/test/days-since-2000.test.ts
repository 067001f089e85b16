import fc from 'fast-check';
import { test } from 'tap';
import { daysSince2000 } from '../src/days-since-2000.ts';

const dayMs = 86_400_000;
const daysByDate = (date: string) => (Date.parse(`${date}T00:00:00Z`) - Date.UTC(2000, 0, 1)) / dayMs;

test('the first and last days, those around leap days and at turns of years are counted as Date counts them', async (t) => {
  const dates = ['0001-01-01', '0001-02-28', '0004-02-29', '0099-12-31', '0100-03-01', '1582-10-10', '1900-02-28']
    .concat('1900-03-01', '1969-12-31', '1999-12-31', '2000-01-01', '2000-02-29', '2000-03-01', '2024-02-29')
    .concat('2024-12-31', '2100-02-28', '2100-03-01', '2285-06-05', '9999-02-28', '9999-12-31');
  for (const date of dates) t.equal(daysSince2000(date), daysByDate(date), date);
});

test('any day of the years 0001 to 9999 is counted as Date counts it', async () => {
  const day = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
  const property = fc.property(day, (value) => {
    const date = value.toISOString().slice(0, 10);
    return daysSince2000(date) === daysByDate(date);
  });
  fc.assert(property, { numRuns: 5_000 });
});
