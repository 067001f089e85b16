/** A new generation: made, filled, indexed and brought to the end of the log. Each step can be taken up by another. */
import { readSql, withTransaction } from '@ledgerline/database';
import type { LogDescription, Offsets } from '@ledgerline/log';
import type { Pool } from 'pg';
import { bindSchema, schemaOf } from '../bind-schema.ts';
import { createGeneration, type Generation } from '../generation.ts';
import type { View } from '../view.ts';
import { withCancellable } from './cancellable.ts';
import { type Filling, settleAll } from './fill-generation.ts';
import { JobLost, type Lease } from './job-lease.ts';
import { splitIndexes } from './split-indexes.ts';

const sql = {
  lockView: readSql(new URL('../sql/lock-view.sql', import.meta.url)),
  next: readSql(new URL('./sql/next-generation.sql', import.meta.url)),
  setGeneration: readSql(new URL('./sql/set-job-generation.sql', import.meta.url)),
};

/** An empty generation that belongs to the job: made with the job's own row in one transaction, so that none is left over. */
export async function makeGeneration(
  pool: Pool,
  view: View,
  log: LogDescription,
  job: { readonly id: number },
  lease: Lease,
): Promise<Generation> {
  return await withTransaction(pool, async (client) => {
    await client.query(sql.lockView, [view.name]);
    const { rows } = await client.query<{ generation: number }>(sql.next, [view.name]);
    const number = rows[0]?.generation ?? 1;
    const owned = await client.query(sql.setGeneration, [job.id, lease.owner, number]);
    if (owned.rows.length === 0) throw new JobLost(job.id);
    const bare = { ...view, tables: splitIndexes(view.tables).tables };
    return await createGeneration(client, bare, number, 'building', log);
  });
}

export function generationOf(view: View, generation: number): Generation {
  return { view: view.name, generation, schema: schemaOf(view.name, generation), version: view.version };
}

/** As many as there are cores to sort with, on a small machine; each takes its working memory. */
const indexesAtOnce = 2;

/** Makes the indexes that are not there yet, and statistics: readers' first plans must not be those of empty tables. */
export async function makeIndexes(pool: Pool, view: View, { schema }: Generation, signal: AbortSignal): Promise<void> {
  const indexes = splitIndexes(view.tables).indexes.map((index) => bindSchema(index, view.name, schema));
  await eachOf(indexes, async (index) => await makeIndex(pool, index, signal));
  const { rows } = await pool.query<{ name: string }>(
    'select quote_ident(relname) as name from pg_class where relnamespace = to_regnamespace($1) and relkind = $2',
    [schema, 'r'],
  );
  await eachOf(rows, async ({ name }) => {
    await withCancellable(pool, signal, async (client) => await client.query(`analyze ${schema}.${name}`));
  });
}

/**
 * One process at a time: PostgreSQL goes on with the index of one that was killed, and `if not exists` does not see it
 * before it is there. Whoever takes the build up waits for it, and has it for nothing.
 */
async function makeIndex(pool: Pool, index: string, signal: AbortSignal): Promise<void> {
  await withCancellable(pool, signal, async (client) => {
    await client.query('begin; set local lock_timeout = 0');
    await client.query("select pg_advisory_xact_lock(hashtextextended('ledgerline index ' || $1, 0))", [index]);
    await client.query(index);
    await client.query('commit');
  });
}

async function eachOf<T>(things: readonly T[], make: (thing: T) => Promise<void>): Promise<void> {
  const waiting = things.toReversed();
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await make(next);
  };
  await settleAll(Array.from({ length: indexesAtOnce }, work));
}

/** What is left once so little is left that the rest can be caught up with in a moment. */
const closeEnough = 1_000;

/** Up to where `goal` is, again and again until hardly anything came in between. */
export async function catchUp(
  filling: Filling,
  goal: () => Promise<Offsets>,
  signal: AbortSignal,
  onGoal: (to: Offsets) => void = () => undefined,
): Promise<void> {
  for (;;) {
    const to = await goal();
    onGoal(to);
    const behind = to.reduce((sum, end, partition) => sum + Math.max(0, end - (filling.offsets[partition] ?? 0)), 0);
    await filling.upTo(to, signal);
    if (behind <= closeEnough) return;
  }
}
