/**
 * The filters that lists of claims, raw events, changes, streams and counts share. All given must hold; within one a
 * comma means or.
 */
import { codelists } from '@ledgerline/events';
import { z } from 'zod';
import { dayParameter } from '../reading/day-parameter.ts';
import { codeListParameter, listParameter } from './list-parameter.ts';

export const claimKinds = ['border-crossing', 'statement', 'measure'] as const;

const country = (value: string) => (/^[A-Za-z]{2}$/.test(value) ? value.toUpperCase() : null);
const border = (value: string) => {
  const [first, second, ...rest] = value.split('-').map(country);
  return first && second && rest.length === 0 ? [first, second].toSorted().join('-') : null;
};

const rowFilterParameters = {
  kind: codeListParameter('Kind of claim.', claimKinds).optional(),
  type: listParameter({ description: 'Event type, with its version.', example: 'statement.issued.v1' }).optional(),
  country: listParameter({
    description: 'Country of a place or figure, ISO 3166-1 alpha-2.',
    normalise: country,
    expected: 'must be two-letter country codes',
    example: 'LT,LV',
  }).optional(),
  border: listParameter({
    description: 'Border of a place or figure: two country codes.',
    normalise: border,
    expected: 'must be pairs of country codes such as BY-LT',
    example: 'BY-LT',
  }).optional(),
  place: listParameter({ description: 'Name of a place; case and diacritics do not matter.' }).optional(),
  actor: listParameter({ description: 'Name of an actor; case and diacritics do not matter.' }).optional(),
  publisher: listParameter({ description: 'Who published it; case and diacritics do not matter.' }).optional(),
  measureKind: codeListParameter('Kind of measure.', Object.keys(codelists.measureKind)).optional(),
  outcome: codeListParameter('Outcome at a border.', Object.keys(codelists.outcome)).optional(),
  stance: codeListParameter('Stance of a statement.', Object.keys(codelists.stance)).optional(),
  tag: listParameter({ description: 'Tag; case and diacritics do not matter.' }).optional(),
  subject: listParameter({ description: 'The claim’s id.' }).optional(),
  source: listParameter({
    description: 'Source of the event: who recorded it.',
    example: 'urn:ledgerline:desk:seed',
  }).optional(),
  hasFigure: z.enum(['true', 'false']).optional().meta({ description: 'Whether the claim gives a figure.' }),
  from: dayParameter('Occurred on this day or later. A month or year means its first day.').optional(),
  to: dayParameter('Occurred on this day or earlier. A month or year means its last day.').optional(),
  on: dayParameter('Occurred on this day (or in this month or year).').optional(),
  publishedFrom: dayParameter('First reported on this day or later.').optional(),
  publishedTo: dayParameter('First reported on this day or earlier.').optional(),
};

const q = z.string().max(1_000).optional().meta({
  description:
    'Full text over title, summary, content and excerpts: words, `"phrases"`, `-not`, `begin*`. English stemming; diacritics do not matter.',
});
const states = ['current', 'retracted', 'all'] as const;

export const claimFilterParameters = {
  ...rowFilterParameters,
  state: z.enum(states).optional().meta({ description: 'Default `current`.' }),
  q,
};

/** The same names and values; what they look at is the event's own data. */
export const eventFilterParameters = {
  ...rowFilterParameters,
  state: z
    .enum(states)
    .optional()
    .meta({ description: '`retracted`: retractions; `current`: all other events. Default `all`.' }),
  q,
};

const rowFilters = z.object(rowFilterParameters);
const eventFilters = z.object(eventFilterParameters);
const claimFilters = z.object(claimFilterParameters);

/** What terms and columns of a row answer. */
export type RowFilters = z.output<typeof rowFilters>;
export type EventFilters = z.output<typeof eventFilters>;
export type ClaimFilters = z.output<typeof claimFilters>;

/** Filters that exclude each other: the parameter at fault and why, or null. */
export function contradictionIn(filters: RowFilters): { parameter: string; message: string } | null {
  const { from, to, publishedFrom, publishedTo } = filters;
  if (from && to && from.first > to.last) return { parameter: 'from', message: 'must not be later than to' };
  if (publishedFrom && publishedTo && publishedFrom.first > publishedTo.last) {
    return { parameter: 'publishedFrom', message: 'must not be later than publishedTo' };
  }
  return null;
}
