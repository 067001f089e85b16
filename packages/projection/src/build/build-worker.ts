/**
 * Does the jobs of one view, in every projector of it: looks for open ones, takes those nobody holds, and drops the
 * generations that nobody needs. A job that fails for the moment is tried again; one that can't be done ends with its
 * reason; a process that stops or dies leaves its jobs to the next.
 */
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { isRetryable, readSql } from '@ledgerline/database';
import { type EventLog, LogFault } from '@ledgerline/log';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { FencedError } from '../checkpoint.ts';
import type { DecodeContext } from '../decode-record.ts';
import { listen, type Notifications } from '../notifications.ts';
import type { View } from '../view.ts';
import type { BuildMetrics } from './build-metrics.ts';
import { createBuildPool } from './build-pool.ts';
import { dropGenerations } from './drop-generations.ts';
import { type Job, readJobs } from './job.ts';
import { type JobContext, JobFailed } from './job-context.ts';
import { JobLost, type Lease, leaseJob } from './job-lease.ts';
import { createProgress } from './progress.ts';
import { loadRedactions } from './redactions.ts';
import { runJob } from './run-job.ts';

export type BuildWorker = {
  /** Jobs under way stop between two transactions, for another process to go on. Idempotent. */
  stop(): Promise<void>;
};

export type WorkerOptions = {
  readonly view: View;
  readonly log: EventLog;
  /** Of which the builds' own connections are made. */
  readonly pool: Pool;
  readonly decode: DecodeContext['decode'];
  readonly logger: Logger;
  readonly metrics: BuildMetrics;
  /** Another generation is live. */
  readonly onPromoted: () => void;
};

const pollMs = 1_000;
const beatMs = 500;
/** Between two looks of a build that follows the log. */
const followMs = 150;

const openJobsSql = readSql(new URL('./sql/find-open-jobs.sql', import.meta.url));

/** Begins at once; needs a migrated database and waits for one. */
export function startBuildWorker(options: WorkerOptions): BuildWorker {
  const { view, logger, metrics } = options;
  const stopping = new AbortController();
  const pool = createBuildPool(options.pool, view.name, logger);
  const owner = `${hostname()}:${process.pid}:${Math.random().toString(36).slice(2, 8)}`;
  const running = new Map<number, Promise<void>>();
  let hint = Promise.withResolvers<void>();
  const wake = () => {
    hint.resolve();
    hint = Promise.withResolvers();
  };

  const perform = async (job: Job, lease: Lease): Promise<void> => {
    const progress = createProgress(job.events);
    const signal = AbortSignal.any([stopping.signal, lease.lost]);
    let { promotion } = job;
    const beat = async (): Promise<void> => {
      promotion = await lease.report(progress.report());
      metrics.progress(view.name, progress.report());
    };
    const beating = keepBeating(beat, signal, logger);
    const { logId } = await options.log.describe();
    const context: JobContext = {
      ...options,
      isRedacted: await loadRedactions(pool, logId),
      pool,
      job,
      lease,
      progress,
      signal,
      promotion: () => promotion,
      async enter(state, phase) {
        const before = progress.report();
        progress.enter(state, phase);
        if (before.state !== state || before.phase !== phase) await beat();
      },
      async pause() {
        await beat();
        await Promise.race([hint.promise, delay(followMs, undefined, { signal }).catch(() => undefined)]);
        signal.throwIfAborted();
      },
    };
    try {
      await runJob(context);
      logger.info({ job: job.id, kind: job.kind }, 'the job is done');
    } catch (error) {
      await settle(error, job, lease, progress.report());
    } finally {
      await beating.stop();
      metrics.ended(view.name);
    }
  };

  const settle = async (
    error: unknown,
    job: Job,
    lease: Lease,
    report: Parameters<Lease['finish']>[2],
  ): Promise<void> => {
    if (stopping.signal.aborted || lease.lost.aborted || error instanceof JobLost) return;
    if (error instanceof FencedError || isPassing(error)) {
      logger.warn({ err: error, job: job.id }, 'the job will be tried again');
      return;
    }
    const isKnown = error instanceof JobFailed;
    if (!isKnown) logger.error({ err: error, job: job.id }, 'the job failed');
    const reason = error instanceof Error ? error.message : String(error);
    await lease.finish('failed', reason, report).catch((failed: unknown) => {
      logger.warn({ err: failed, job: job.id }, 'the end of the job could not be recorded');
    });
    metrics.failed(view.name);
  };

  const take = async (id: number): Promise<void> => {
    const lease = await leaseJob(pool, id, owner);
    if (lease === null) return;
    const done = (async () => {
      try {
        const [job] = await readJobs(pool, { id });
        if (job !== undefined) await perform(job, lease);
      } catch (error) {
        logger.warn({ err: error, job: id }, 'the job was let go');
      } finally {
        await lease.release();
        running.delete(id);
        wake();
      }
    })();
    running.set(id, done);
  };

  const look = async (): Promise<void> => {
    const { rows } = await pool.query<{ id: number }>(openJobsSql, [view.name, view.version]);
    for (const { id } of rows) if (!running.has(id) && !stopping.signal.aborted) await take(id);
    await metrics.look(pool, view.name);
    // The last, since it may have to wait for who still reads what is to go.
    const dropped = await dropGenerations(pool, view.name);
    if (dropped.length > 0) logger.info({ generations: dropped }, 'generations that nobody needs were dropped');
  };

  const run = async (): Promise<void> => {
    let notifications: Notifications | null = null;
    while (!stopping.signal.aborted) {
      const hinted = hint.promise;
      try {
        await look();
        notifications ??= listen(pool, ['ledgerline_rebuild'], wake, logger);
      } catch (error) {
        logger.debug({ err: error }, 'looking for jobs failed');
      }
      await Promise.race([hinted, delay(pollMs, undefined, { signal: stopping.signal }).catch(() => undefined)]);
    }
    await Promise.all(running.values());
    await notifications?.close();
    await pool.end();
  };
  const done = run();
  return {
    async stop() {
      stopping.abort();
      wake();
      await done;
    },
  };
}

/** Of the moment: the next try may not meet it. */
function isPassing(error: unknown): boolean {
  return isRetryable(error) || (error instanceof LogFault && error.retryable);
}

function keepBeating(beat: () => Promise<void>, signal: AbortSignal, logger: Logger): { stop(): Promise<void> } {
  const ended = new AbortController();
  const either = AbortSignal.any([ended.signal, signal]);
  const run = async (): Promise<void> => {
    while (!either.aborted) {
      await beat().catch((error: unknown) => logger.debug({ err: error }, 'progress could not be told'));
      await delay(beatMs, undefined, { signal: either }).catch(() => undefined);
    }
  };
  const done = run();
  return {
    async stop() {
      ended.abort();
      await done;
    },
  };
}
