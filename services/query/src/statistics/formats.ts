/** In which formats each of the statistics is given, and where the columns of its CSV are explained. */
import type { FormattedList } from '../formats/answer-list.ts';
import { csvMetadataOperationOf } from '../formats/csv-metadata.ts';
import { csvOf, ndjsonOf } from '../formats/list-format.ts';
import type { SideBySide } from './conflicts.ts';
import type { CountItem } from './count-groups.ts';
import type { Point } from './figure.ts';
import {
  type Comparison,
  comparisonTable,
  conflictsTable,
  countsTable,
  pointsTable,
  type Series,
  seriesTable,
} from './tables.ts';

const metadataOf = (name: string, id: string) =>
  csvMetadataOperationOf(`/v1/statistics/${name}.csv-metadata.json`, id, 'statistics');

export const seriesFormats = {
  formats: [csvOf(seriesTable, (series: Series) => [[series] as const]), ndjsonOf<Series>()],
  csvMetadata: metadataOf('series', 'describeSeriesCsv'),
} satisfies FormattedList<Series>;

export const pointFormats = {
  formats: [csvOf(pointsTable, (point: Point) => [[point] as const]), ndjsonOf<Point>()],
  csvMetadata: metadataOf('points', 'describePointsCsv'),
} satisfies FormattedList<Point>;

/** A row a source. */
export const conflictFormats = {
  formats: [
    csvOf(conflictsTable, (conflict: SideBySide) => conflict.sources.map((source) => [conflict, source] as const)),
    ndjsonOf<SideBySide>(),
  ],
  csvMetadata: metadataOf('conflicts', 'describeConflictsCsv'),
} satisfies FormattedList<SideBySide>;

export const comparisonFormats = {
  formats: [csvOf(comparisonTable, (comparison: Comparison) => [[comparison] as const])],
  csvMetadata: metadataOf('compare', 'describeComparisonCsv'),
} satisfies FormattedList<Comparison>;

export const countFormats = {
  formats: [csvOf(countsTable, (count: CountItem) => [[count] as const]), ndjsonOf<CountItem>()],
  csvMetadata: metadataOf('counts', 'describeCountsCsv'),
} satisfies FormattedList<CountItem>;

/** With the table that each one serves. */
export const describedTables = [
  [seriesFormats.csvMetadata, seriesTable],
  [pointFormats.csvMetadata, pointsTable],
  [conflictFormats.csvMetadata, conflictsTable],
  [comparisonFormats.csvMetadata, comparisonTable],
  [countFormats.csvMetadata, countsTable],
] as const;
