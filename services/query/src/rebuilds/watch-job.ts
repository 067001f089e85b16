/** How a job goes on, by looking at its row: few look, and seldom. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Job, readJobs } from '@ledgerline/projection';
import type { Pool } from 'pg';

const pollMs = 200;
const heartbeatMs = 10_000;

/** The job at once and at every change until it is over or the server stops; null where nothing changed for a while. */
export async function* watchJob(pool: Pool, id: number, stopping: AbortSignal): AsyncGenerator<Job | null> {
  let told = '';
  let toldAt = performance.now();
  while (!stopping.aborted) {
    const [job] = await readJobs(pool, { id });
    if (job === undefined) return;
    const now = JSON.stringify(job);
    if (now !== told) {
      told = now;
      toldAt = performance.now();
      yield job;
    } else if (performance.now() - toldAt > heartbeatMs) {
      toldAt = performance.now();
      yield null;
    }
    if (job.finishedAt !== null) return;
    await delay(pollMs, undefined, { signal: stopping }).catch(() => undefined);
  }
}

/** Waits until the job is as wanted, or the time is over; gives it as it is then. */
export async function jobUntil(
  pool: Pool,
  id: number,
  isWanted: (job: Job) => boolean,
  waitMs: number,
  stopping: AbortSignal,
): Promise<Job | undefined> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const [job] = await readJobs(pool, { id });
    const leftMs = deadline - performance.now();
    if (job === undefined || isWanted(job) || leftMs <= 0 || stopping.aborted) return job;
    await delay(Math.min(pollMs, leftMs), undefined, { signal: stopping }).catch(() => undefined);
  }
}

/** As `jobUntil`, for all jobs of one request. */
export async function requestUntil(
  pool: Pool,
  request: string,
  isWanted: (jobs: readonly Job[]) => boolean,
  waitMs: number,
  stopping: AbortSignal,
): Promise<Job[]> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const jobs = await readJobs(pool, { request });
    const leftMs = deadline - performance.now();
    if (isWanted(jobs) || leftMs <= 0 || stopping.aborted) return jobs;
    await delay(Math.min(pollMs, leftMs), undefined, { signal: stopping }).catch(() => undefined);
  }
}
