/** Reads figures as of a request's position and as known by its day; what they mean is for others to say. */
import { readSql } from '@ledgerline/database';
import { createStatementValues, fillMarkers, type StatementValues } from '../filters/statement-values.ts';
import type { Read } from '../read-context.ts';
import type { LastRecorded } from '../reading/last-recorded.ts';
import type { Figure } from './figure.ts';
import { visibleClaims } from './visible-claims.ts';

const file = (name: string) => readSql(new URL(`./sql/${name}.sql`, import.meta.url));
const sql = {
  figures: file('series-figures'),
  exists: file('series-exists'),
  latest: file('latest-figures'),
  latestPast: file('latest-figures-past'),
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

/** Enough figures of each series for its latest point. */
export async function readLatestFigures(read: Read, series: readonly string[], policy: string): Promise<Figure[]> {
  const parameters: Parameters = { series: [series, 'text[]'], policy: [policy, 'text'] };
  if (await isPast(read)) return await run<Figure>(read, 'latest-figures-past', sql.latestPast, parameters);
  return await run<Figure>(read, 'latest-figures', sql.latest, parameters);
}

/** There is a time after which nothing was recorded that is to be seen. */
async function isPast(read: Read): Promise<boolean> {
  return (await lastRecordedIn(read)) !== null;
}

/** One of an older version, without times, may be live until its successor is built. */
async function lastRecordedIn(read: Read): Promise<LastRecorded> {
  const haveTimes = (read.located.views.get('statistics')?.version ?? 0) >= firstVersionWithTimes;
  return haveTimes ? await read.lastRecorded() : null;
}

/** On figures `f`: recorded by the time after which there is nothing to be seen. */
export async function recordedFigures(read: Read, values: StatementValues): Promise<string> {
  const lastRecorded = await lastRecordedIn(read);
  return lastRecorded === null ? 'true' : `f.recorded_at <= ${values.add(lastRecorded)}::timestamptz`;
}

type Parameters = Readonly<Record<string, readonly [value: unknown, type: 'text' | 'text[]']>>;

async function run<Row>(read: Read, name: string, text: string, parameters: Parameters): Promise<Row[]> {
  const values = createStatementValues();
  const markers = Object.entries(parameters).map(([marker, [value, type]]) => [
    marker,
    `${values.add(value)}::${type}`,
  ]);
  const filled = fillMarkers(text, {
    ...Object.fromEntries(markers),
    visible: visibleClaims(read, values),
    recorded: await recordedFigures(read, values),
  });
  // The text varies with knownBy and with a position long past, so that each statement has six names at most.
  const known = read.knownBy === null ? '' : `-known-${read.knownBy.match}`;
  const past = (await isPast(read)) ? '-past' : '';
  return await read.query<Row>({ name: `statistics-${name}${known}${past}`, text: filled, values: values.values });
}
