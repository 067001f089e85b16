/** Which claims had an event between two positions, as the journal names them. */
import { readSql } from '@ledgerline/database';
import type { Offsets } from '@ledgerline/log';
import { bindSchema, type ViewReader } from '@ledgerline/projection';
import type { Pool } from 'pg';
import { isMissingRelation } from '../reading/live-views.ts';

const sql = readSql(new URL('./sql/changed-subjects.sql', import.meta.url));

/** null where the journal does not have every event before both positions. @param most events of a partition */
export type ChangedSubjects = (logId: string, one: Offsets, other: Offsets, most: number) => Promise<string[] | null>;

export function createChangedSubjects({ pool, views }: { pool: Pool; views: ViewReader }): ChangedSubjects {
  /** The schema of the journal where it has every event before `high`, else null. */
  const journalThatHolds = async (logId: string, high: Offsets): Promise<string | null> => {
    for (const ask of [views.live, views.readNow]) {
      const live = await ask('journal');
      if (live?.logId !== logId) return null;
      if (high.every((offset, partition) => offset <= (live.offsets[partition] ?? 0))) return live.schema;
    }
    return null;
  };
  return async (logId, one, other, most) => {
    const low = one.map((offset, partition) => Math.min(offset, other[partition] ?? 0));
    const high = one.map((offset, partition) => Math.max(offset, other[partition] ?? 0));
    const journal = await journalThatHolds(logId, high);
    if (journal === null) return null;
    try {
      const { rows } = await pool.query<{ subject: string }>({
        text: bindSchema(sql, 'journal', journal),
        values: [low, high, most, logId],
      });
      return rows.map(({ subject }) => subject);
    } catch (error) {
      // The journal's generation was dropped since: counting all does it as well.
      if (isMissingRelation(error)) return null;
      throw error;
    }
  };
}
