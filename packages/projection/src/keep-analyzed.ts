/**
 * Has PostgreSQL look at the rows of a generation each time they have doubled. Autovacuum comes to a table that is filled
 * fast after minutes; until then statements are planned as if it were empty, and a page takes seconds. While rows keep
 * doubling a quarter of the usual sample is enough: whole ones took 2.4 to 3.1 s of a timeline's first 14
 * (docs/decisions/0006). A table that has not doubled for a minute is looked at in full.
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

export type KeepAnalyzedOptions = {
  /** How long a table must not have doubled to be looked at in full. Default a minute. */
  readonly calmMs?: number;
};

const sql = { grown: readSql(new URL('./sql/read-grown-tables.sql', import.meta.url)) };
const pollMs = 2_000;
/** Of PostgreSQL's own default of 100; rows sampled, values kept and time taken are all in proportion to it. */
const roughTarget = 25;

/** Begins at once; rejects never. Of the processes that share a view, one does it at a time. */
export function keepAnalyzed(
  pool: Pool,
  { schema }: Generation,
  logger: Pick<Logger, 'debug'>,
  { calmMs = 60_000 }: KeepAnalyzedOptions = {},
): KeptAnalyzed {
  const stopping = new AbortController();
  const { signal } = stopping;
  /** When this process last looked at a table roughly, by `performance.now()`. */
  const rough = new Map<string, number>();

  /** False where another process is at it. */
  const analyze = async (table: string, target?: number): Promise<boolean> =>
    await withCancellable(pool, signal, async (client) => {
      await client.query('begin');
      if (target !== undefined) await client.query(`set local default_statistics_target = ${target}`);
      const { rows } = await client.query<{ isOurs: boolean }>(
        `select pg_try_advisory_xact_lock(hashtextextended('ledgerline analyze ' || $1, 0)) as "isOurs"`,
        [schema],
      );
      const isOurs = rows[0]?.isOurs === true;
      if (isOurs) await client.query(`analyze ${schema}.${table}`);
      await client.query('commit');
      return isOurs;
    });

  const look = async (): Promise<void> => {
    const { rows } = await pool.query<{ name: string }>(sql.grown, [schema]);
    for (const { name } of rows) {
      if (await analyze(name, roughTarget)) rough.set(name, performance.now());
    }
    for (const [name, at] of rough) {
      if (performance.now() - at >= calmMs && (await analyze(name))) rough.delete(name);
    }
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await look();
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
