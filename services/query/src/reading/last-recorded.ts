/**
 * Up to which append time a read of a position long past has anything to look for. An index by time, or one that is walked
 * in another order, holds all that came since as well: a million newer claims are passed for a page of fifty, unless the
 * statement says when to begin. Never a condition of its own: what is at the position was appended by then.
 */
import { readSql } from '@ledgerline/database';
import type { Offsets } from '@ledgerline/log';
import { bindSchema, type ViewReader } from '@ledgerline/projection';
import type { Pool } from 'pg';
import { isMissingRelation } from './live-views.ts';

/** RFC 3339 with microseconds, or `-infinity`; null: no bound, since little has come since or none is known. */
export type LastRecorded = string | null;

export type FindLastRecorded = (place: {
  readonly logId: string;
  readonly offsets: Offsets;
  /** How far the views are. */
  readonly held: Offsets;
}) => Promise<LastRecorded>;

const text = readSql(new URL('../sql/last-recorded.sql', import.meta.url));

/** So many newer rows are passed in some milliseconds; a statement with the bound is planned anew each time. */
const fewEvents = 2_000;
const keptTimes = 1_000;

export function createLastRecordedFinder({ pool, views }: { pool: Pool; views: ViewReader }): FindLastRecorded {
  /** What was appended stays so, in whichever generation it is looked up. */
  const kept = new Map<string, string>();

  const lookUp = async (logId: string, offsets: Offsets): Promise<LastRecorded> => {
    const journal = await views.live('journal');
    if (journal?.logId !== logId) return null;
    const { rows } = await pool.query<{ time: string | null }>({
      name: `${journal.schema}.last-recorded`,
      text: bindSchema(text, 'journal', journal.schema),
      values: [offsets],
    });
    return rows[0]?.time ?? null;
  };

  return async ({ logId, offsets, held }) => {
    const since = held.reduce((sum, end, partition) => sum + Math.max(0, end - (offsets[partition] ?? 0)), 0);
    if (since < fewEvents) return null;
    const key = `${logId} ${offsets.join()}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const found = await lookUp(logId, offsets).catch((error: unknown) => {
      // The journal's generation was dropped a moment ago: slower, and as right.
      if (isMissingRelation(error)) return null;
      throw error;
    });
    if (found === null) return null;
    kept.set(key, found);
    const [oldest] = kept.keys();
    if (kept.size > keptTimes && oldest !== undefined) kept.delete(oldest);
    return found;
  };
}
