/**
 * A date in a query: a day, a month or a year (`2021-08-24`, `2021-08`, `2021`), as the days it covers.
 */
import { parseEdtf } from '@ledgerline/events';
import { z } from 'zod';

/** First and last day, `YYYY-MM-DD`, both included. */
export type DaySpan = { readonly first: string; readonly last: string };

const pattern = /^\d{4}(-\d\d(-\d\d)?)?$/;

/** null where the text is no day, month or year of the calendar. */
export function parseDaySpan(text: string): DaySpan | null {
  if (!pattern.test(text)) return null;
  const date = parseEdtf(text);
  return date?.earliest && date.latest ? { first: date.earliest, last: date.latest } : null;
}

export function dayParameter(description: string) {
  return z
    .string()
    .regex(pattern)
    .transform((text, context): DaySpan => {
      const span = parseDaySpan(text);
      if (span !== null) return span;
      context.addIssue({ code: 'custom', message: 'must be a day, month or year of the calendar', input: text });
      return z.NEVER;
    })
    .meta({ description });
}
