/** How long a measure is to last at least: ISO 8601 durations, counted in whole days from the day it begins. */
import { addDays } from '@ledgerline/events';

const duration = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/**
 * The last day of a duration that begins with `day` (`YYYY-MM-DD`): `P14D` from the 1st is the 14th. What is left of a day
 * does not count, nor less than one. null where the text is no duration that is counted so.
 */
export function lastDayOf(day: string, text: string): string | null {
  const match = duration.exec(text);
  if (match === null) return null;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((digits) => Number(digits ?? 0));
  const whole = weeks * 7 + days + Math.floor((hours * 3_600 + minutes * 60 + seconds) / 86_400);
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const index = year * 12 + month - 1 + years * 12 + months;
  const [toYear, toMonth] = [Math.floor(index / 12), (index % 12) + 1];
  const length = new Date(Date.UTC(2000 + (toYear % 400), toMonth, 0)).getUTCDate();
  const end = addDays(toYear, toMonth, Math.min(date, length), whole - 1);
  return end < day ? day : end;
}
