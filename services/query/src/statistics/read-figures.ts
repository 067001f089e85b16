/** Reads figures and series as of a request's position and as known by its day; what they mean is for others to say. */
import { readSql } from '@ledgerline/database';
import { createStatementValues, fillMarkers } from '../filters/statement-values.ts';
import type { Read } from '../read-context.ts';
import type { Figure } from './figure.ts';
import { visibleClaims } from './visible-claims.ts';

export type SeriesRow = {
  readonly key: string;
  readonly measure: string;
  readonly unit: string;
  readonly border: string | null;
  readonly country: string | null;
  readonly claims: number;
  readonly from: string | null;
  readonly to: string | null;
};

const file = (name: string) => readSql(new URL(`./sql/${name}.sql`, import.meta.url));
const sql = {
  figures: file('series-figures'),
  exists: file('series-exists'),
  page: file('series-page'),
  latest: file('latest-figures'),
};

const firstVersionWithTimes = 4;

/** All figures of one series; none where nothing was known of it. */
export async function readFigures(read: Read, series: string, policy: string): Promise<Figure[]> {
  return await run<Figure>(read, 'series-figures', sql.figures, { series: [series, 'text'], policy: [policy, 'text'] });
}

/** Whether the series has a figure at the position, be it one that was not known by the request's day. */
export async function seriesExists(read: Read, series: string, policy: string): Promise<boolean> {
  const parameters: Parameters = { series: [series, 'text'], policy: [policy, 'text'] };
  const [row] = await run<{ exists: boolean }>({ ...read, knownBy: null }, 'series-exists', sql.exists, parameters);
  return row?.exists ?? false;
}

/** Series in order of their keys, from the `offset`th on; one more than `limit` where there are more. */
export async function readSeriesPage(
  read: Read,
  { policy, limit, offset }: { policy: string; limit: number; offset: number },
): Promise<SeriesRow[]> {
  return await run<SeriesRow>(read, 'series-page', sql.page, {
    policy: [policy, 'text'],
    limit: [limit, 'int'],
    offset: [offset, 'int'],
  });
}

/** Enough figures of each series for its latest point. */
export async function readLatestFigures(read: Read, series: readonly string[], policy: string): Promise<Figure[]> {
  const parameters: Parameters = { series: [series, 'text[]'], policy: [policy, 'text'] };
  return await run<Figure>(read, 'latest-figures', sql.latest, parameters);
}

type Parameters = Readonly<Record<string, readonly [value: unknown, type: 'text' | 'text[]' | 'int']>>;

async function run<Row>(read: Read, name: string, text: string, parameters: Parameters): Promise<Row[]> {
  const values = createStatementValues();
  const markers = Object.entries(parameters).map(([marker, [value, type]]) => [
    marker,
    `${values.add(value)}::${type}`,
  ]);
  // One of an older version may be live until its successor is built.
  const haveTimes = (read.located.views.get('statistics')?.version ?? 0) >= firstVersionWithTimes;
  const lastRecorded = haveTimes ? await read.lastRecorded() : null;
  const filled = fillMarkers(text, {
    ...Object.fromEntries(markers),
    visible: visibleClaims(read, values),
    recorded: lastRecorded === null ? 'true' : `f.recorded_at <= ${values.add(lastRecorded)}::timestamptz`,
  });
  // The text varies with knownBy and with a position long past, so that each statement has six names at most.
  const known = read.knownBy === null ? '' : `-known-${read.knownBy.match}`;
  const past = lastRecorded === null ? '' : '-past';
  return await read.query<Row>({ name: `statistics-${name}${known}${past}`, text: filled, values: values.values });
}
