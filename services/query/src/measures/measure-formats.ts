/**
 * Measures as CSV, as lines and as a calendar: an all-day event a measure, over the days that it is certainly or possibly in
 * effect. An end that is open or not known is none: the event is its first day, and says so.
 */
import type { FormattedList } from '../formats/answer-list.ts';
import type { FormatContext } from '../formats/claim-format.ts';
import { csvMetadataOperationOf } from '../formats/csv-metadata.ts';
import { compact, dayAfter, escapeText, toLines } from '../formats/icalendar-lines.ts';
import { csvOf, type ListFormat, ndjsonOf } from '../formats/list-format.ts';
import { type Column, listColumn, type Table } from '../formats/table.ts';
import type { MeasureItem } from '../shapes/measure.ts';

type Cell = readonly [measure: MeasureItem, context: FormatContext];
type DataView = {
  readonly occurred?: { readonly edtf: string };
  readonly summary?: string;
  readonly reports?: readonly { readonly publisher: string }[];
  readonly places?: readonly { readonly name: string; readonly countries: readonly string[] }[];
  readonly actors?: readonly { readonly name: string; readonly role: string }[];
};

/** What was validated when it was recorded. */
const dataOf = ({ data }: MeasureItem): DataView => data;
const urlOf = ({ subject }: MeasureItem, { origin }: FormatContext) =>
  `${origin}/v1/claims/${encodeURIComponent(subject)}`;

const text = (
  name: string,
  description: string,
  value: (measure: MeasureItem) => string | null | undefined,
): Column<Cell> => ({ name, datatype: 'string', description, value: (measure) => value(measure) });

export const measuresTable: Table<Cell> = {
  title: 'Measures',
  url: 'measures?format=csv',
  primaryKey: ['subject'],
  aboutUrl: '{url}',
  columns: [
    text('subject', 'The claim’s id.', ({ subject }) => subject),
    text('title', 'In the recorder’s own words.', ({ title }) => title),
    text('measure_kind', 'What kind of measure.', ({ measureKind }) => measureKind),
    text('status', 'With on the status on that day, else the latest there is.', ({ status }) => status),
    text('in_force', 'With on: certain, possible or no.', ({ inForce }) => inForce),
    text('occurred', 'When it was decided, EDTF.', (measure) => dataOf(measure).occurred?.edtf),
    text('effective', 'When it is in effect, EDTF.', ({ effective }) => effective?.edtf),
    {
      name: 'effective_earliest',
      datatype: 'date',
      description: 'First day of it; empty: open or unknown.',
      value: ({ effective }) => effective?.earliest,
    },
    {
      name: 'effective_latest',
      datatype: 'date',
      description: 'Last day of it; empty: open or unknown.',
      value: ({ effective }) => effective?.latest,
    },
    text('minimum_duration', 'ISO 8601.', ({ minimumDuration }) => minimumDuration),
    listColumn<Cell>('lifecycle', 'Each status with the days it was reported for.', ({ lifecycle }) =>
      lifecycle.map(({ status, on }) => `${status} ${on.edtf}`),
    ),
    listColumn<Cell>('replaces', 'Measures that it replaces.', ({ replaces }) => replaces),
    listColumn<Cell>('replaced_by', 'Measures that replace it.', ({ replacedBy }) => replacedBy),
    listColumn<Cell>('adopters', 'Who decided it.', (measure) =>
      (dataOf(measure).actors ?? []).filter(({ role }) => role === 'adopter').map(({ name }) => name),
    ),
    listColumn<Cell>('countries', 'Countries of the places, ISO 3166-1 alpha-2.', (measure) =>
      (dataOf(measure).places ?? []).flatMap(({ countries }) => countries),
    ),
    listColumn<Cell>('publishers', 'Who published it.', (measure) =>
      (dataOf(measure).reports ?? []).map(({ publisher }) => publisher),
    ),
    { name: 'url', datatype: 'anyURI', description: 'The claim.', value: urlOf },
  ],
};

const calendar: ListFormat<MeasureItem> = {
  name: 'ics',
  mediaType: 'text/calendar; charset=utf-8',
  write: (measures, context) =>
    toLines([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Ledgerline//Measures//EN',
      'CALSCALE:GREGORIAN',
      'X-WR-CALNAME:Ledgerline: measures',
    ]) +
    measures.map((measure) => toEvent(measure, context)).join('') +
    toLines(['END:VCALENDAR']),
};

/** The days of the effect, else those of the decision; nothing where no day is known at all. */
function toEvent(measure: MeasureItem, context: FormatContext): string {
  const decided = measure.lifecycle[0]?.on;
  const days = measure.effective ?? decided;
  const start = days?.earliest ?? days?.latest ?? decided?.earliest;
  if (start === undefined || start === null) return '';
  const end = days?.latest ?? start;
  const steps = measure.lifecycle.map(({ status, on }) => `${status}: ${on.edtf}`);
  const isOpen = measure.effective !== null && measure.effective.latest === null;
  const told = [
    ...(dataOf(measure).summary === undefined ? [] : [dataOf(measure).summary ?? '']),
    ...steps,
    ...(measure.effective === null
      ? []
      : [`effective: ${measure.effective.edtf}${isOpen ? ' (no end is known)' : ''}`]),
  ];
  const stamp = `${compact(start)}T000000Z`;
  return toLines([
    'BEGIN:VEVENT',
    // Of the measure's effect: the timeline's calendar has the decision by the claim's own id.
    `UID:measure-${escapeText(measure.subject)}@ledgerline`,
    `DTSTAMP:${stamp}`,
    `DTSTART;VALUE=DATE:${compact(start)}`,
    `DTEND;VALUE=DATE:${compact(dayAfter(end))}`,
    `SUMMARY:${escapeText(`${measure.title} (${measure.status})`)}`,
    `DESCRIPTION:${escapeText(told.join('\n'))}`,
    `CATEGORIES:${['measure', measure.measureKind].map(escapeText).join(',')}`,
    `URL:${urlOf(measure, context)}`,
    `STATUS:${measure.inForce === 'no' ? 'CANCELLED' : measure.inForce === 'certain' ? 'CONFIRMED' : 'TENTATIVE'}`,
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ]);
}

export const measureFormats = {
  formats: [
    csvOf(measuresTable, (measure: MeasureItem, context) => [[measure, context] as const]),
    ndjsonOf<MeasureItem>(),
    calendar,
  ],
  csvMetadata: csvMetadataOperationOf('/v1/measures.csv-metadata.json', 'describeMeasuresCsv', 'claims'),
} satisfies FormattedList<MeasureItem>;
