/** The statistics as tables: what a spreadsheet or a program gets as CSV, and what each column means. */
import { intervalColumns } from '../formats/interval-columns.ts';
import { type Column, listColumn, type Table } from '../formats/table.ts';
import type { Comparison as ComparedFigures } from './compare.ts';
import type { SideBySide, Source } from './conflicts.ts';
import { countDimensions } from './count-dimensions.ts';
import type { CountItem } from './count-groups.ts';
import type { Point } from './figure.ts';
import type { SeriesRow } from './read-series.ts';

export type Series = SeriesRow & { readonly latest: Point };
export type Comparison = ComparedFigures & {
  readonly series: string;
  readonly period: string;
  readonly baseline: string;
  readonly policy: string;
  readonly position: string;
};

type Text<Item> = readonly [name: string, description: string, value: (item: Item) => string | null | undefined];

const texts = <Item>(columns: readonly Text<Item>[]): Column<readonly [Item]>[] =>
  columns.map(([name, description, value]) => ({ name, datatype: 'string', description, value }));

export const seriesTable: Table<readonly [Series]> = {
  title: 'Series, each with its latest point',
  url: 'series?format=csv',
  primaryKey: ['key'],
  columns: [
    ...texts<Series>([
      ['key', 'Measure, unit and place.', ({ key }) => key],
      ['measure', 'What is counted.', ({ measure }) => measure],
      ['unit', 'In which unit.', ({ unit }) => unit],
      ['border', 'Two country codes.', ({ border }) => border],
      ['country', 'Country code.', ({ country }) => country],
    ]),
    {
      name: 'claims',
      datatype: 'integer',
      description: 'How many claims give a figure.',
      value: ({ claims }) => claims,
    },
    { name: 'from', datatype: 'date', description: 'First day that a figure covers.', value: ({ from }) => from },
    { name: 'to', datatype: 'date', description: 'Last day that a figure covers.', value: ({ to }) => to },
    ...texts<Series>([
      ['latest_period', 'Period of the latest point, EDTF.', ({ latest }) => latest.period],
      ['latest_accounting', 'increment, cumulative or stock.', ({ latest }) => latest.accounting],
    ]),
    ...intervalColumns<readonly [Series]>('latest_', 'of the latest point', ({ latest }) => latest),
    listColumn<readonly [Series]>(
      'latest_claims',
      'Claims that the latest point rests on.',
      ({ latest }) => latest.claims,
    ),
    ...texts<Series>([['policy', 'What turned wording into bounds.', ({ latest }) => latest.policy]]),
  ],
};

export const pointsTable: Table<readonly [Point]> = {
  title: 'Points of a series',
  url: 'series/{key}?format=csv',
  primaryKey: [],
  columns: [
    ...texts<Point>([
      ['period', 'EDTF; a week as 2021-W31.', ({ period }) => period],
      ['accounting', 'increment, cumulative or stock.', ({ accounting }) => accounting],
    ]),
    ...intervalColumns<readonly [Point]>('', '', (point) => point),
    listColumn<readonly [Point]>('flags', 'What there is to know about the point.', ({ flags }) => flags),
    listColumn<readonly [Point]>('claims', 'Claims that it rests on.', ({ claims }) => claims),
    ...texts<Point>([
      ['policy', 'What turned wording into bounds.', ({ policy }) => policy],
      [
        'reported',
        'The period that the figure itself states, where another was asked for.',
        ({ reported }) => reported,
      ],
    ]),
    {
      name: 'since',
      datatype: 'date',
      description: 'Cumulatives: the first day counted.',
      value: ({ since }) => since,
    },
    ...intervalColumns<readonly [Point]>('peak_', 'of the highest stock in the bucket', ({ peak }) => peak),
  ],
};

type SourceCell = readonly [period: SideBySide, source: Source];

export const conflictsTable: Table<SourceCell> = {
  title: 'What each source says of each period',
  url: 'series/{key}/conflicts?format=csv',
  primaryKey: [],
  columns: [
    {
      name: 'period',
      datatype: 'string',
      description: 'The period that the sources are compared on, EDTF.',
      value: ({ period }) => period,
    },
    {
      name: 'accounting',
      datatype: 'string',
      description: 'increment, cumulative or stock.',
      value: ({ accounting }) => accounting,
    },
    { name: 'verdict', datatype: 'string', description: 'agree, conflict or single.', value: ({ verdict }) => verdict },
    ...intervalColumns<SourceCell>('agreement_', 'of what all sources allow', ({ agreement }) => agreement),
    { name: 'publisher', datatype: 'string', description: 'Who published it.', value: (_, source) => source.publisher },
    { name: 'chain', datatype: 'string', description: 'Whose count it is.', value: (_, source) => source.chain },
    { name: 'claim', datatype: 'string', description: 'The claim’s id.', value: (_, source) => source.claim },
    { name: 'text', datatype: 'string', description: 'The source’s own wording.', value: (_, source) => source.text },
    {
      name: 'qualifier',
      datatype: 'string',
      description: 'What the wording does to the number.',
      value: (_, source) => source.qualifier,
    },
    ...intervalColumns<SourceCell>('', 'of this source', (_, source) => source),
    {
      name: 'source_period',
      datatype: 'string',
      description: 'The period of the figure itself, EDTF.',
      value: (_, source) => source.period,
    },
    {
      name: 'carried',
      datatype: 'boolean',
      description: 'The bound was stated for another end of the same count.',
      value: (_, source) => source.carried,
    },
  ],
};

export const comparisonTable: Table<readonly [Comparison]> = {
  title: 'One period of a series against another',
  url: 'compare?format=csv',
  primaryKey: [],
  columns: [
    ...texts<Comparison>([
      ['series', 'Key of the series.', ({ series }) => series],
      ['period', 'EDTF.', ({ period }) => period],
      ['baseline', 'EDTF.', ({ baseline }) => baseline],
    ]),
    ...intervalColumns<readonly [Comparison]>('ratio_', 'of the ratio', ({ ratio }) => ratio),
    ...intervalColumns<readonly [Comparison]>('difference_', 'of the difference', ({ difference }) => difference),
    ...texts<Comparison>([['reason', 'Why there is no ratio.', ({ reason }) => reason]]),
    ...intervalColumns<readonly [Comparison]>('current_', 'of the period', ({ current }) => current),
    listColumn<readonly [Comparison]>(
      'current_claims',
      'Claims that the period rests on.',
      ({ current }) => current?.claims ?? [],
    ),
    ...intervalColumns<readonly [Comparison]>('base_', 'of the baseline', ({ base }) => base),
    listColumn<readonly [Comparison]>(
      'base_claims',
      'Claims that the baseline rests on.',
      ({ base }) => base?.claims ?? [],
    ),
    ...texts<Comparison>([
      ['policy', 'What turned wording into bounds.', ({ policy }) => policy],
      ['position', 'The position that was read at.', ({ position }) => position],
    ]),
  ],
};

export const countsTable: Table<readonly [CountItem]> = {
  title: 'Numbers of claims and incidents, by group',
  url: 'counts?format=csv',
  primaryKey: [],
  columns: [
    ...countDimensions.map(
      (dimension): Column<readonly [CountItem]> => ({
        name: dimension,
        datatype: 'string',
        description: 'Of the group; empty where it was not counted by.',
        value: (count) => count[dimension],
      }),
    ),
    { name: 'claims', datatype: 'integer', description: 'Certainly in the group.', value: ({ claims }) => claims },
    {
      name: 'incidents',
      datatype: 'integer',
      description: 'Distinct incidents among them; groups may share one.',
      value: ({ incidents }) => incidents,
    },
    {
      name: 'possible',
      datatype: 'integer',
      description: 'Claims that may be in the group besides: their date spans several bins.',
      value: ({ possible }) => possible,
    },
  ],
};
