/**
 * Has PostgreSQL look at the rows of a generation each time they have doubled. Autovacuum comes to a table that is filled
 * fast after minutes; until then statements are planned as if it were empty, and a page takes seconds.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { readSql } from '@ledgerline/database';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { withCancellable } from './build/cancellable.ts';
import type { Generation } from './generation.ts';

export type KeptAnalyzed = {
  /** Gives up what is under way. Idempotent. */
  stop(): Promise<void>;
};

const sql = { grown: readSql(new URL('./sql/read-grown-tables.sql', import.meta.url)) };
const pollMs = 2_000;

/** Begins at once; rejects never. Of the processes that share a view, one does it at a time. */
export function keepAnalyzed(pool: Pool, { schema }: Generation, logger: Pick<Logger, 'debug'>): KeptAnalyzed {
  const stopping = new AbortController();
  const { signal } = stopping;

  const analyze = async (table: string): Promise<void> => {
    await withCancellable(pool, signal, async (client) => {
      await client.query('begin');
      const { rows } = await client.query<{ isOurs: boolean }>(
        `select pg_try_advisory_xact_lock(hashtextextended('ledgerline analyze ' || $1, 0)) as "isOurs"`,
        [schema],
      );
      if (rows[0]?.isOurs === true) await client.query(`analyze ${schema}.${table}`);
      await client.query('commit');
    });
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        const { rows } = await pool.query<{ name: string }>(sql.grown, [schema]);
        for (const { name } of rows) await analyze(name);
      } catch (error) {
        if (!signal.aborted) logger.debug({ err: error, schema }, 'tables that have grown were not looked at');
      }
      await delay(pollMs, undefined, { signal }).catch(() => undefined);
    }
  };

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
