/**
 * One process at a time does a job: it holds a session advisory lock, which PostgreSQL frees the moment the process
 * dies, and takes from one that hangs. Everything the owner says of the job is said on that same connection, and only as
 * long as the row is its own: a cancelled job, or one taken over, has no row to change any more.
 */
import { readSql } from '@ledgerline/database';
import type { Pool, PoolClient } from 'pg';
import type { Differences } from './differences.ts';
import type { Job } from './job.ts';
import type { ProgressReport } from './progress.ts';

export type Lease = {
  /** Aborted when the job is no longer ours: cancelled, taken over, or the connection is gone. */
  readonly lost: AbortSignal;
  readonly owner: string;
  /** Gives what has been asked about promotion since. @throws JobLost */
  report(progress: ProgressReport): Promise<Job['promotion']>;
  setGeneration(generation: number): Promise<void>;
  /** @param equalTo the live generation whose rows are the build's; null where none is */
  verified(
    offsets: readonly number[],
    differences: Differences,
    reason: string | null,
    equalTo?: number | null,
  ): Promise<void>;
  finish(state: 'ready' | 'failed', reason: string | null, progress: ProgressReport): Promise<void>;
  /** Gives the lock back; another process may go on. */
  release(): Promise<void>;
};

/** The job is finished, cancelled, or somebody else's by now. */
export class JobLost extends Error {
  constructor(id: number) {
    super(`job ${id} is no longer this process's`);
    this.name = 'JobLost';
  }
}

/** Shorter than anybody's patience, longer than a long pause of the garbage collector. */
const sessionTimeoutMs = 15_000;

const sql = {
  claim: readSql(new URL('./sql/claim-job.sql', import.meta.url)),
  report: readSql(new URL('./sql/report-progress.sql', import.meta.url)),
  setGeneration: readSql(new URL('./sql/set-job-generation.sql', import.meta.url)),
  verified: readSql(new URL('./sql/record-verification.sql', import.meta.url)),
  finish: readSql(new URL('./sql/finish-job.sql', import.meta.url)),
};

/** null where another process holds the job, or it is finished. */
export async function leaseJob(pool: Pool, id: number, owner: string): Promise<Lease | null> {
  const client = await pool.connect();
  const lost = new AbortController();
  const lose = () => lost.abort(new JobLost(id));
  client.on('error', lose);
  client.on('end', lose);
  let released = false;
  const release = async (): Promise<void> => {
    if (released) return;
    released = true;
    client.off('error', lose);
    client.off('end', lose);
    await unlock(client, id);
  };
  try {
    const locked = await client.query<{ locked: boolean }>(
      "select pg_try_advisory_lock(hashtextextended('ledgerline job ' || $1, 0)) as locked",
      [id],
    );
    if (locked.rows[0]?.locked !== true) {
      released = true;
      client.release();
      return null;
    }
    await client.query(`set idle_session_timeout = ${sessionTimeoutMs}`);
    const claimed = await client.query(sql.claim, [id, owner]);
    if (claimed.rows.length === 0) {
      await release();
      return null;
    }
  } catch (error) {
    client.release(true);
    throw error;
  }

  // One after the other: pg is giving up its own queue.
  let last: Promise<unknown> = Promise.resolve();
  const say = async <Row extends object>(text: string, values: readonly unknown[]): Promise<Row> => {
    const said = last.then(async () => {
      lost.signal.throwIfAborted();
      return await client.query<Row>(text, [id, owner, ...values]);
    });
    last = said.catch(() => undefined);
    const [row] = (await said).rows;
    if (row !== undefined) return row;
    lose();
    throw new JobLost(id);
  };
  return {
    lost: lost.signal,
    owner,
    async report({ state, phase, done, total, rate }) {
      return (await say<Pick<Job, 'promotion'>>(sql.report, [state, phase, done, total, rate])).promotion;
    },
    setGeneration: async (generation) => void (await say(sql.setGeneration, [generation])),
    verified: async (offsets, differences, reason, equalTo = null) =>
      void (await say(sql.verified, [JSON.stringify(differences), offsets, reason, equalTo])),
    finish: async (state, reason, { done, total }) => void (await say(sql.finish, [state, reason, done, total])),
    release,
  };
}

async function unlock(client: PoolClient, id: number): Promise<void> {
  try {
    await client.query("select pg_advisory_unlock(hashtextextended('ledgerline job ' || $1, 0))", [id]);
    await client.query('reset idle_session_timeout');
    client.release();
  } catch {
    client.release(true);
  }
}
