/**
 * A batch of raw events as PostgreSQL's COPY gives them in binary form: no row becomes an object, and no text is decoded
 * or encoded on the way. For replays without a filter; what has parameters of a client goes the way of events-page.sql.
 */
import { buffer } from 'node:stream/consumers';
import { readSql } from '@ledgerline/database';
import type { Offsets } from '@ledgerline/log';
import { bindSchema } from '@ledgerline/projection';
import type { Pool } from 'pg';
import { type CopyToStreamQuery, to as copyTo } from 'pg-copy-streams';
import { fillMarkers } from '../filters/statement-values.ts';
import type { EventPlace } from './binary-rows.ts';

export type CopyRange = {
  readonly after: Offsets;
  readonly until: Offsets;
  /** The event to go on behind; null: at the range's beginning. */
  readonly from: EventPlace | null;
  readonly limit: number;
};

const sql = readSql(new URL('../sql/copy-events.sql', import.meta.url));
/** Of `after` on the index; null where there is nothing from there on: then no row is later than it. */
const beginning = `v.recorded_at >= (
      select min(first.recorded_at)
      from unnest(/*after*/) with ordinality as a (next_offset, number)
      cross join lateral (
        select e.recorded_at
        from journal.events e
        where e.partition = a.number - 1 and e."offset" >= a.next_offset
        order by e."offset"
        limit 1
      ) first
    )`;

/** Rows of partition, offset, time and text, with COPY's own header and trailer. */
export async function copyEvents(pool: Pick<Pool, 'connect'>, schema: string, range: CopyRange): Promise<Buffer> {
  const client = await pool.connect();
  // pg ends its read timer in a query's `callback`, which pg-copy-streams never calls.
  const copy: CopyToStreamQuery & { callback?: () => void } = copyTo(
    bindSchema(copyStatement(range), 'journal', schema),
  );
  let fault: Error | undefined;
  try {
    return await buffer(client.query(copy));
  } catch (error) {
    fault = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    copy.callback?.();
    client.release(fault);
  }
}

export function copyStatement({ after, until, from, limit }: CopyRange): string {
  const text = sql.replace('/*beginning*/', () => (from === null ? beginning : behind(from)));
  return fillMarkers(text, {
    ...(from === null || text.includes('/*after*/') ? { after: toArray(after) } : {}),
    until: toArray(until),
    limit: String(Math.trunc(limit)),
  });
}

function toArray(offsets: Offsets): string {
  return `'{${offsets.map(Math.trunc).join(',')}}'::bigint[]`;
}

function behind({ micros, partition, offset }: EventPlace): string {
  const time = `timestamptz '2000-01-01 00:00:00+00' + interval '${Math.trunc(micros)} microseconds'`;
  return `(v.recorded_at, v.partition, v."offset") > (${time}, ${Math.trunc(partition)}, ${Math.trunc(offset)}::bigint)`;
}
