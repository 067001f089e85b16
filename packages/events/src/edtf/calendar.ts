/**
 * The proleptic Gregorian calendar as plain arithmetic, on years 0001–9999 only: what PostgreSQL's `date`
 * and ISO 8601's four digits can both say. Months are 1–12.
 */

export const firstDay = '0001-01-01';
export const lastDay = '9999-12-31';

const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (lengths[month - 1] ?? 0);
}

export function isCalendarDate(year: number, month: number, day: number): boolean {
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/** `YYYY-MM-DD`; dates so written compare as text. */
export function toIsoDate(year: number, month: number, day: number): string {
  const y = year < 1000 ? String(year).padStart(4, '0') : String(year);
  return `${y}-${month < 10 ? '0' : ''}${month}-${day < 10 ? '0' : ''}${day}`;
}

/** The date `days` later (earlier where negative), held within years 0001–9999. */
export function addDays(year: number, month: number, day: number, days: number): string {
  let [y, m, d] = [year, month, day + days];
  while (d < 1) {
    m -= 1;
    if (m < 1) [y, m] = [y - 1, 12];
    if (y < 1) return firstDay;
    d += daysInMonth(y, m);
  }
  while (d > daysInMonth(y, m)) {
    d -= daysInMonth(y, m);
    m += 1;
    if (m > 12) [y, m] = [y + 1, 1];
    if (y > 9999) return lastDay;
  }
  return toIsoDate(y, m, d);
}

/** The first day of the month `months` away, held within years 0001–9999. */
export function firstOfMonth(year: number, month: number, months: number): string {
  const index = year * 12 + (month - 1) + months;
  const y = Math.floor(index / 12);
  if (y < 1) return firstDay;
  return y > 9999 ? lastDay : toIsoDate(y, (index % 12) + 1, 1);
}

/** The last day of the month `months` away, held within years 0001–9999. */
export function lastOfMonth(year: number, month: number, months: number): string {
  const index = year * 12 + (month - 1) + months;
  const y = Math.floor(index / 12);
  if (y < 1) return firstDay;
  const m = (index % 12) + 1;
  return y > 9999 ? lastDay : toIsoDate(y, m, daysInMonth(y, m));
}

/** Noughts and nines of a span of years, held within 0001–9999. */
export function yearSpan(first: number, last: number): { earliest: string; latest: string } {
  return {
    earliest: first < 1 ? firstDay : toIsoDate(Math.min(first, 9999), 1, 1),
    latest: last > 9999 ? lastDay : toIsoDate(Math.max(last, 1), 12, 31),
  };
}
