/**
 * A whole range of the log as NDJSON, a line an event, as fast as the client reads. Each batch is a statement of its own
 * that goes on from the last key: rows of a range never change, so this is as exact as a database cursor, and a slow
 * client holds neither a connection nor a transaction.
 */
import { createTokenWriter, type Offsets } from '@ledgerline/log';
import type { Pool } from 'pg';
import { type EventFilters, eventFilterParameters } from '../filters/claim-filters.ts';
import type { Read } from '../read-context.ts';
import { type EventPlace, surveyRows, toLines } from './binary-rows.ts';
import { copyEvents } from './copy-events.ts';
import { advance, toEventText } from './event-item.ts';
import { type EventShape, fullShape } from './event-shape.ts';
import { type EventRow, type EventsSpec, keyOf } from './events-statement.ts';
import { readEvents } from './read-events-page.ts';

export type ReplaySpec = Pick<EventsSpec, 'filters' | 'dateMatch' | 'after' | 'until'> & {
  /** Lines at most; undefined: all. */
  readonly limit: number | undefined;
  readonly shape?: EventShape;
};

/** Events a statement: enough to be worth its planning, little enough to be held for a slow client. */
const batchSize = { copied: 1_000, filtered: 500 };

/** Chunks of whole lines. A batch is read ahead while the one before is on its way, and no further. */
export function replay(pool: Pick<Pool, 'connect'>, read: Read, spec: ReplaySpec): AsyncGenerator<Buffer> {
  const isWhole = spec.shape === undefined || spec.shape === fullShape;
  return isWhole && read.knownBy === null && !isFiltered(spec.filters)
    ? replayAll(pool, read, spec)
    : replayFiltered(read, spec);
}

const filterNames = Object.keys(eventFilterParameters) as (keyof EventFilters)[];

function isFiltered(filters: EventFilters): boolean {
  return filterNames.some((name) => filters[name] !== undefined);
}

async function* replayAll(
  pool: Pick<Pool, 'connect'>,
  read: Read,
  { after, until, limit }: ReplaySpec,
): AsyncGenerator<Buffer> {
  const journal = read.located.views.get('journal');
  if (journal === undefined) throw new Error('a replay is of the journal');
  const toToken = createTokenWriter(read.logId);
  const at = [...after];
  let left = limit ?? Number.POSITIVE_INFINITY;
  const readBatch = (from: EventPlace | null, size: number) =>
    heldBack(copyEvents(pool, journal.schema, { after, until, from, limit: size }));
  let reading: Promise<Buffer> | null = readBatch(null, Math.min(batchSize.copied, left));
  while (reading !== null) {
    const wanted = Math.min(batchSize.copied, left);
    const rows: Buffer = await reading;
    const survey = surveyRows(rows);
    left -= survey.count;
    const hasMore = survey.count === wanted && left > 0;
    reading = hasMore ? readBatch(survey.last, Math.min(batchSize.copied, left)) : null;
    if (survey.count > 0) yield toLines(rows, survey, at, toToken);
  }
}

async function* replayFiltered(read: Read, { limit, shape, ...spec }: ReplaySpec): AsyncGenerator<Buffer> {
  const toToken = createTokenWriter(read.logId);
  const { knownBy } = read;
  const languages = await read.languages(spec.filters.q);
  let at: Offsets = spec.after;
  let left = limit ?? Number.POSITIVE_INFINITY;
  const readBatch = (last: EventRow | null, size: number) =>
    heldBack(
      readEvents(read, {
        ...spec,
        knownBy,
        languages,
        from: last && { direction: 'next', key: keyOf(last) },
        limit: size,
      }),
    );
  let reading: Promise<EventRow[]> | null = readBatch(null, Math.min(batchSize.filtered, left));
  while (reading !== null) {
    const wanted = Math.min(batchSize.filtered, left);
    const rows: EventRow[] = await reading;
    left -= rows.length;
    const hasMore = rows.length === wanted && left > 0;
    reading = hasMore ? readBatch(rows.at(-1) ?? null, Math.min(batchSize.filtered, left)) : null;
    let lines = '';
    for (const row of rows) {
      at = advance(at, row);
      lines += `${toEventText(row, toToken(at), shape)}\n`;
    }
    if (lines !== '') yield Buffer.from(lines);
  }
}

/** It is awaited later, or never where the client leaves: then nobody else would take the rejection. */
function heldBack<T>(reading: Promise<T>): Promise<T> {
  reading.catch(() => undefined);
  return reading;
}
