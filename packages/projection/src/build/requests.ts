/** What whoever serves operators asks of the projectors, and tells of it: rows only, so that no service calls another. */
import { randomUUID } from 'node:crypto';
import { readSql } from '@ledgerline/database';
import type { Pool } from 'pg';
import type { ViewName } from '../view.ts';
import type { Job, JobFilter } from './job.ts';
import { readJobs } from './job.ts';

export type RebuildRequest = {
  readonly view: ViewName;
  readonly promote: 'auto' | 'manual';
  readonly dryRun: boolean;
  /** Of a partial rebuild, in place. */
  readonly filter: JobFilter | null;
};

export type RebuildAnswer =
  | { readonly kind: 'asked'; readonly id: number }
  | { readonly kind: 'running'; readonly id: number | null };

const sql = {
  insert: readSql(new URL('./sql/insert-job.sql', import.meta.url)),
  running: readSql(new URL('./sql/find-running-job.sql', import.meta.url)),
  cancel: readSql(new URL('./sql/cancel-job.sql', import.meta.url)),
  promote: readSql(new URL('./sql/ask-promotion.sql', import.meta.url)),
};

/** One rebuild a view at a time: of two asked for at once, one is. */
export async function requestRebuild(pool: Pool, request: RebuildRequest): Promise<RebuildAnswer> {
  const { view, promote, dryRun, filter } = request;
  const kind = filter === null ? 'rebuild' : 'partial';
  const values = [randomUUID(), view, kind, 'request', promote, dryRun, filter && JSON.stringify(filter), null];
  return await insert(pool, view, values);
}

/** By a projector whose version of the view is newer than the live rows'. */
export async function requestNewVersion(pool: Pool, view: ViewName, version: number): Promise<RebuildAnswer> {
  return await insert(pool, view, [randomUUID(), view, 'rebuild', 'version', 'auto', false, null, version]);
}

async function insert(pool: Pool, view: ViewName, values: readonly unknown[]): Promise<RebuildAnswer> {
  const { rows } = await pool.query<{ id: number }>(sql.insert, [...values]);
  if (rows[0] !== undefined) return { kind: 'asked', id: rows[0].id };
  const running = await pool.query<{ id: number }>(sql.running, [view]);
  return { kind: 'running', id: running.rows[0]?.id ?? null };
}

/** Gives the request's number, by which `readJobs` finds one job a view. */
export async function requestVerification(pool: Pool, views: readonly ViewName[]): Promise<string> {
  const request = randomUUID();
  for (const view of views) {
    await pool.query(sql.insert, [request, view, 'verification', 'request', 'auto', true, null, null]);
  }
  return request;
}

/** null: there is no such job. The job as it is afterwards; `changed` says whether this call did it. */
export async function cancelJob(pool: Pool, id: number): Promise<{ changed: boolean; job: Job } | null> {
  return await change(pool, id, await pool.query(sql.cancel, [id]));
}

/** As `cancelJob`. @param despiteDifferences also where the build differs from the live rows */
export async function requestPromotion(
  pool: Pool,
  id: number,
  despiteDifferences: boolean,
): Promise<{ changed: boolean; job: Job } | null> {
  const asked = despiteDifferences ? 'asked-despite-differences' : 'asked';
  return await change(pool, id, await pool.query(sql.promote, [id, asked]));
}

async function change(
  pool: Pool,
  id: number,
  { rowCount }: { rowCount: number | null },
): Promise<{ changed: boolean; job: Job } | null> {
  const [job] = await readJobs(pool, { id });
  return job === undefined ? null : { changed: (rowCount ?? 0) > 0, job };
}
