/**
 * The parameters of every read that say when: `asOf` (what we held), `minPosition` (at least so much), and, where
 * claims are read, `knownBy` (what the public could know).
 */
import { z } from 'zod';
import { type DaySpan, dayParameter } from './day-parameter.ts';

export type Clocks = {
  /** A position token or an RFC 3339 time. */
  readonly asOf?: string | undefined;
  readonly minPosition?: string | undefined;
  readonly knownBy?: DaySpan | undefined;
  readonly dateMatch?: DateMatch | undefined;
};

export type DateMatch = 'certain' | 'possible';

/** Versions whose first report is of `day` or before: by its latest day (certain) or its earliest (possible). */
export type KnownBy = { readonly day: string; readonly match: DateMatch };

const place = z.string().min(1).max(4096);

export const positionParameters = {
  asOf: place.optional().meta({
    description: 'Read what was held at this position, or at this time (RFC 3339). The same answer for ever.',
  }),
  minPosition: place.optional().meta({
    description:
      'Answer only when this position (of a write, say) is in the view; with `Prefer: wait=N` wait up to N seconds for it, else 503 `view-behind`.',
  }),
};

export const knownByParameters = {
  knownBy: dayParameter(
    'Only what the public could know by this day: the date of publication of the first report.',
  ).optional(),
  dateMatch: z.enum(['certain', 'possible']).optional().meta({
    description:
      'How inexact dates count: `possible` if they may match (the default of from, to and on), `certain` if they must (the default of knownBy).',
  }),
};

/** null where the query does not ask for it. A month or year means its last day. */
export function knownByOf(clocks: Clocks): KnownBy | null {
  return clocks.knownBy === undefined ? null : { day: clocks.knownBy.last, match: clocks.dateMatch ?? 'certain' };
}
