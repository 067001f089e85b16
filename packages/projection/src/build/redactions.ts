/**
 * The list of records that no reader is shown the payload of, and what puts one on it. Views that hold such a record's
 * rows are mended in place by a partial rebuild, whose decoder knows the list, as every other does.
 */
import { randomUUID } from 'node:crypto';
import { readSql, withTransaction } from '@ledgerline/database';
import type { Pool } from 'pg';
import { bindSchema, schemaOf } from '../bind-schema.ts';
import { viewNames } from '../view.ts';

export type IsRedacted = ((partition: number, offset: number) => boolean) & {
  /** Records on the list: none is ever taken off it. */
  readonly count: number;
};

export type RedactionRequest = {
  readonly subject: string;
  /** For audit: on what ground. */
  readonly reason: string;
  /** The key's name; null where none is asked for. */
  readonly by: string | null;
};

export type RedactionAnswer =
  | {
      readonly kind: 'redacted';
      /** The number of records put on the list; those that stood on it already do not count. */
      readonly records: number;
      /** By which `readJobs` finds the jobs that mend the views. */
      readonly request: string;
    }
  | { readonly kind: 'unknown-claim' }
  | { readonly kind: 'not-unlawful' }
  /** Of this view: a build that began without knowing the list must end first. */
  | { readonly kind: 'rebuild-running'; readonly view: string };

const sql = {
  read: readSql(new URL('./sql/read-redactions.sql', import.meta.url)),
  state: readSql(new URL('./sql/last-retraction.sql', import.meta.url)),
  insert: readSql(new URL('./sql/insert-redactions.sql', import.meta.url)),
  blank: readSql(new URL('./sql/blank-parked.sql', import.meta.url)),
  insertJob: readSql(new URL('./sql/insert-job.sql', import.meta.url)),
  live: readSql(new URL('../sql/read-live-generation.sql', import.meta.url)),
  logOf: readSql(new URL('../sql/read-log-of-generation.sql', import.meta.url)),
};

/** As it stands now; a list of few. */
export async function loadRedactions(pool: Pick<Pool, 'query'>, logId: string): Promise<IsRedacted> {
  const { rows } = await (pool as Pool).query<{ partition: number; offset: number }>(sql.read, [logId]);
  const places = new Set(rows.map(({ partition, offset }) => `${partition}:${offset}`));
  const isRedacted = (partition: number, offset: number) => places.has(`${partition}:${offset}`);
  return Object.assign(places.size === 0 ? () => false : isRedacted, { count: places.size });
}

/** All of it or nothing: list, parked bytes, and a job for each view. The claim must have been retracted as unlawful. */
export async function redactClaim(pool: Pool, { subject, reason, by }: RedactionRequest): Promise<RedactionAnswer> {
  const request = randomUUID();
  try {
    return await withTransaction(pool, async (client): Promise<RedactionAnswer> => {
      const live = await client.query<{ generation: number }>(sql.live, ['journal']);
      const generation = live.rows[0]?.generation;
      if (generation === undefined) return { kind: 'unknown-claim' };
      const ofJournal = (text: string) => bindSchema(text, 'journal', schemaOf('journal', generation));
      const state = await client.query<{ is_known: boolean; is_unlawful: boolean }>(ofJournal(sql.state), [subject]);
      if (state.rows[0]?.is_known !== true) return { kind: 'unknown-claim' };
      if (!state.rows[0].is_unlawful) return { kind: 'not-unlawful' };
      const logs = await client.query<{ log_id: string }>(sql.logOf, ['journal', generation]);
      const values = [logs.rows[0]?.log_id, subject, reason, by];
      const inserted = await client.query(ofJournal(sql.insert), values);
      await client.query(sql.blank, [subject]);
      const filter = JSON.stringify({ subject });
      for (const view of viewNames) {
        const job = [request, view, 'partial', 'redaction', 'auto', false, filter, null];
        const { rows } = await client.query(sql.insertJob, job);
        if (rows.length === 0) throw new Busy(view);
      }
      return { kind: 'redacted', records: inserted.rowCount ?? 0, request };
    });
  } catch (error) {
    if (error instanceof Busy) return { kind: 'rebuild-running', view: error.view };
    throw error;
  }
}

/** Rolls all of it back. */
class Busy extends Error {
  readonly view: string;
  constructor(view: string) {
    super(`a rebuild of ${view} is under way`);
    this.view = view;
  }
}
