/** Claims as a table: a row a figure. A claim with three figures has three rows, one without has one whose figure is 0. */
import { type ClaimFormat, claimUrl, dataOf, type FormatContext, type FormattedClaim } from './claim-format.ts';
import { type Column, csvHead, csvMediaType, csvRows, listColumn, type Table } from './table.ts';

type Figure = FormattedClaim['figures'][number];
type Cell = readonly [claim: FormattedClaim, figure: Figure | undefined, ordinal: number, context: FormatContext];

const columns: readonly Column<Cell>[] = [
  { name: 'subject', datatype: 'string', description: 'The claim’s id.', value: ({ subject }) => subject },
  {
    name: 'figure',
    datatype: 'integer',
    description: 'Which figure of the claim this row gives, from 1; 0: it gives none.',
    value: (_claim, _figure, ordinal) => ordinal,
  },
  {
    name: 'kind',
    datatype: 'string',
    description: 'border-crossing, statement or measure.',
    value: ({ kind }) => kind,
  },
  { name: 'type', datatype: 'string', description: 'Type of the claim’s first event.', value: ({ type }) => type },
  { name: 'state', datatype: 'string', description: 'current or retracted.', value: ({ state }) => state },
  {
    name: 'version',
    datatype: 'integer',
    description: 'From 1; each correction is one more.',
    value: ({ version }) => version,
  },
  {
    name: 'reason',
    datatype: 'string',
    description: 'Why it was corrected or retracted.',
    value: ({ reason }) => reason,
  },
  { name: 'title', datatype: 'string', description: 'In the recorder’s own words.', value: ({ title }) => title },
  {
    name: 'occurred',
    datatype: 'string',
    description: 'When it happened, EDTF.',
    value: ({ occurred }) => occurred.edtf,
  },
  {
    name: 'occurred_earliest',
    datatype: 'date',
    description: 'First day it may have happened; empty: open.',
    value: ({ occurred }) => occurred.earliest,
  },
  {
    name: 'occurred_latest',
    datatype: 'date',
    description: 'Last day it may have happened; empty: open.',
    value: ({ occurred }) => occurred.latest,
  },
  {
    name: 'published_earliest',
    datatype: 'date',
    description: 'First day its report may have appeared.',
    value: ({ published }) => published.earliest,
  },
  {
    name: 'published_latest',
    datatype: 'date',
    description: 'Last day its report may have appeared.',
    value: ({ published }) => published.latest,
  },
  {
    name: 'recorded_at',
    datatype: 'dateTime',
    description: 'When the log took this version.',
    value: ({ recordedAt }) => recordedAt,
  },
  listColumn('publishers', 'Who published it.', (claim) => dataOf(claim).reports?.map(({ publisher }) => publisher)),
  listColumn('places', 'Where.', (claim) => dataOf(claim).places?.map(({ name }) => name)),
  listColumn('countries', 'Countries of the places, ISO 3166-1 alpha-2.', (claim) =>
    dataOf(claim).places?.flatMap(({ countries }) => countries),
  ),
  listColumn('actors', 'Who.', (claim) => dataOf(claim).actors?.map(({ name }) => name)),
  listColumn('tags', 'Tags.', (claim) => dataOf(claim).tags),
  {
    name: 'series',
    datatype: 'string',
    description: 'The series the figure belongs to: measure, unit, place.',
    value: (_claim, figure) => figure?.series,
  },
  {
    name: 'accounting',
    datatype: 'string',
    description: 'increment, cumulative or stock.',
    value: (_claim, figure) => figure?.accounting,
  },
  {
    name: 'period',
    datatype: 'string',
    description: 'The period that the figure covers, EDTF.',
    value: (_claim, figure) => figure?.period,
  },
  {
    name: 'text',
    datatype: 'string',
    description: 'The source’s own wording of the figure.',
    value: (_claim, figure) => figure?.text,
  },
  { name: 'lower', datatype: 'number', description: 'Lower bound.', value: (_claim, figure) => figure?.lower },
  {
    name: 'best',
    datatype: 'number',
    description: 'Only where the source gives a value that is not a mere bound.',
    value: (_claim, figure) => figure?.best,
  },
  {
    name: 'upper',
    datatype: 'number',
    description: 'Upper bound; empty where there is a figure: unbounded.',
    value: (_claim, figure) => figure?.upper,
  },
  {
    name: 'lower_inclusive',
    datatype: 'boolean',
    description: 'Whether the lower bound itself is possible.',
    value: (_claim, figure) => figure?.lowerInclusive,
  },
  {
    name: 'upper_inclusive',
    datatype: 'boolean',
    description: 'Whether the upper bound itself is possible.',
    value: (_claim, figure) => figure?.upperInclusive,
  },
  {
    name: 'incident',
    datatype: 'string',
    description: 'The same for all claims of one incident.',
    value: ({ incident }) => incident,
  },
  {
    name: 'event_source',
    datatype: 'anyURI',
    description: 'Who recorded this version.',
    value: ({ event }) => event.source,
  },
  {
    name: 'event_id',
    datatype: 'string',
    description: 'Of the event that made this version.',
    value: ({ event }) => event.id,
  },
  {
    name: 'url',
    datatype: 'anyURI',
    description: 'The claim.',
    value: (claim, _figure, _ordinal, context) => claimUrl(claim, context),
  },
];

export const claimsTable: Table<Cell> = {
  title: 'Claims and the figures they give',
  url: 'timeline?format=csv',
  columns,
  primaryKey: ['subject', 'figure'],
  aboutUrl: '{url}',
};

export const csvFormat: ClaimFormat = {
  name: 'csv',
  mediaType: csvMediaType,
  extent: 'walk',
  head: () => csvHead(claimsTable),
  item(claim, _index, context) {
    const figures: readonly (Figure | undefined)[] = claim.figures.length === 0 ? [undefined] : claim.figures;
    const rows = figures.map((figure, index): Cell => [claim, figure, figure ? index + 1 : 0, context]);
    return csvRows(claimsTable, rows);
  },
  tail: () => '',
};
