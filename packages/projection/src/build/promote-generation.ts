/**
 * The pointer that readers follow, moved in one transaction. Whoever feeds the live generation stands still for the
 * moment, so that the next one holds at least as much: no reader ever sees an older position.
 */
import { readSql, withTransaction } from '@ledgerline/database';
import type { Offsets } from '@ledgerline/log';
import type { Pool, PoolClient } from 'pg';
import type { Generation } from '../generation.ts';
import type { ViewName } from '../view.ts';
import { type AmendedClaims, amendedByRollback, recordAmendment } from './amendments.ts';
import { covers, sumOf } from './fill-generation.ts';
import { readOffsets } from './snapshot.ts';

const sql = {
  lockView: readSql(new URL('../sql/lock-view.sql', import.meta.url)),
  lockJob: readSql(new URL('./sql/lock-job.sql', import.meta.url)),
  readLive: readSql(new URL('../sql/read-live-generation.sql', import.meta.url)),
  lockCheckpoints: readSql(new URL('./sql/lock-checkpoints.sql', import.meta.url)),
  findKept: readSql(new URL('./sql/find-kept.sql', import.meta.url)),
  setState: readSql(new URL('./sql/set-generation-state.sql', import.meta.url)),
  retireKept: readSql(new URL('./sql/retire-kept.sql', import.meta.url)),
  setLive: readSql(new URL('../sql/set-live-generation.sql', import.meta.url)),
  promoteJob: readSql(new URL('./sql/promote-job.sql', import.meta.url)),
};

export type Promotion = {
  readonly jobId: number;
  readonly owner: string;
  readonly generation: Generation;
  /** What readers will find different from this live generation; null: nobody tells of this view. */
  readonly amends: { readonly live: number; claims(): AmendedClaims } | null;
  /** Brings the generation to this position, on other connections. */
  catchUp(to: Offsets): Promise<void>;
  /** Last look, within the transaction: what must still be true. Throws to leave all as it was. */
  confirm?(client: PoolClient): Promise<void>;
};

/** False where the job is no longer this owner's. */
export async function promoteGeneration(pool: Pool, promotion: Promotion): Promise<boolean> {
  const { generation, jobId, owner } = promotion;
  const { view } = generation;
  return await withTransaction(
    pool,
    async (client) => {
      await client.query(sql.lockView, [view]);
      const job = await client.query<{ finished_at: string | null; owner: string | null }>(sql.lockJob, [jobId]);
      if (job.rows[0]?.finished_at !== null || job.rows[0]?.owner !== owner) return false;
      const live = await readLive(client, view);
      const held = live === null ? [] : await holdStill(client, view, live);
      await promotion.catchUp(held);
      const offsets = await readOffsets(client, generation);
      if (!covers(offsets, held)) throw new Error('the new generation is behind the live one');
      await promotion.confirm?.(client);
      await moveLive(client, view, live, generation.generation);
      const { amends } = promotion;
      if (amends !== null && live !== null) {
        // Rolled back since it was compared: what differs is not known.
        const claims = amends.live === live ? amends.claims() : null;
        await recordAmendment(client, { view, before: live, after: generation.generation, offsets: held, claims });
      }
      await client.query(sql.promoteJob, [jobId, sumOf(offsets)]);
      return true;
    },
    // All that was written before it, with less care, is durable with this commit.
    { synchronousCommit: 'on' },
  );
}

export type RollBackOutcome =
  | { readonly kind: 'rolled-back'; readonly generation: number }
  | { readonly kind: 'no-earlier-generation' }
  /** Nobody feeds the earlier generation. `isOtherVersion`: nor will anybody, while only the newer program runs. */
  | { readonly kind: 'behind'; readonly generation: number; readonly isOtherVersion: boolean };

/** Back to the generation before, which is kept in step; what was live is kept in its place. */
export async function rollBackView(pool: Pool, view: ViewName, deadlineMs = 5_000): Promise<RollBackOutcome> {
  return await withTransaction(pool, async (client) => {
    await client.query(sql.lockView, [view]);
    const kept = await client.query<{ generation: number; is_other_version: boolean }>(sql.findKept, [view]);
    const [row] = kept.rows;
    const live = await readLive(client, view);
    if (row === undefined || live === null) return { kind: 'no-earlier-generation' };
    const { generation, is_other_version: isOtherVersion } = row;
    const held = await holdStill(client, view, live);
    const deadline = Date.now() + deadlineMs;
    // Read committed: each look sees what its feeder has committed since.
    while (!covers(await readOffsets(client, { view, generation }), held)) {
      if (isOtherVersion || Date.now() > deadline) return { kind: 'behind', generation, isOtherVersion };
      await client.query('select pg_sleep(0.02)');
    }
    await moveLive(client, view, live, generation);
    const claims = await amendedByRollback(client, { view, live, kept: generation, isOtherVersion });
    await recordAmendment(client, { view, before: live, after: generation, offsets: held, claims });
    return { kind: 'rolled-back', generation };
  });
}

async function readLive(client: PoolClient, view: ViewName): Promise<number | null> {
  const { rows } = await client.query<{ generation: number }>(sql.readLive, [view]);
  return rows[0]?.generation ?? null;
}

/** Its feeders wait for this transaction; gives what it holds. */
async function holdStill(client: PoolClient, view: ViewName, generation: number): Promise<Offsets> {
  const { rows } = await client.query<{ next_offset: number }>(sql.lockCheckpoints, [view, generation]);
  return rows.map((row) => row.next_offset);
}

async function moveLive(client: PoolClient, view: ViewName, from: number | null, to: number): Promise<void> {
  await client.query(sql.setState, [view, to, 'live']);
  if (from !== null) {
    await client.query(sql.setState, [view, from, 'kept']);
    await client.query(sql.retireKept, [view, from]);
  }
  await client.query(sql.setLive, [view, to]);
}
