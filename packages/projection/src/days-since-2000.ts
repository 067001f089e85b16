/** Days as PostgreSQL counts them, by arithmetic: `Date.parse` costs more than all else that is done to a date. */

const zero = '0'.charCodeAt(0);
/** Of 2000-01-01, counted as below. */
const epoch = 730_425;

/** @param date `YYYY-MM-DD` of the years 0001 to 9999, where there is such a day */
export function daysSince2000(date: string): number {
  const month = twoDigits(date, 5);
  // A year that begins in March has its leap day at the end: no month's beginning depends on it.
  const year = twoDigits(date, 0) * 100 + twoDigits(date, 2) - (month > 2 ? 0 : 1);
  const monthsSinceMarch = (month + 9) % 12;
  const leapDays = Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
  const before = Math.floor((153 * monthsSinceMarch + 2) / 5);
  return year * 365 + leapDays + before + twoDigits(date, 8) - 1 - epoch;
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - zero) * 10 + text.charCodeAt(at + 1) - zero;
}
