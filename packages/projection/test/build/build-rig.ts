/**
 * A view over a log (the embedded one unless a test brings another) with the worker that builds it, the log filled by a test,
 * and what a test asks of it.
 */
import { decodeEvent } from '@ledgerline/events';
import type { EventLog } from '@ledgerline/log';
import { type FreshDatabase, freshDatabase, type Teardown } from '@ledgerline/testkit';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { createBuildMetrics } from '../../src/build/build-metrics.ts';
import { type BuildWorker, startBuildWorker } from '../../src/build/build-worker.ts';
import { type Job, type JobPhase, readJobs } from '../../src/build/job.ts';
import {
  createProjection,
  ensureGeneration,
  migrateProjection,
  type Projection,
  type View,
  type ViewName,
} from '../../src/index.ts';
import { embeddedLog } from '../embedded.ts';
import { until } from '../until.ts';

const logger = pino({ level: 'silent' });

export type BuildRig = {
  readonly database: FreshDatabase;
  readonly pool: FreshDatabase['pool'];
  readonly log: ReturnType<typeof embeddedLog>;
  readonly registry: Registry;
  /** Runs a projection of the view until the test ends, or `stop`. */
  project(view: View): Promise<Projection>;
  /** Only the worker, without a projection that feeds the live generation. */
  work(view: View, log?: EventLog): BuildWorker;
  job(id: number): Promise<Job>;
  /** Waits for the job to be in one of these states, and finished where they are final. */
  jobIn(id: number, states: readonly Job['state'][], deadlineMs?: number): Promise<Job>;
  jobPast(id: number, phase: JobPhase): Promise<Job>;
  schemas(): Promise<string[]>;
  /** Waits until the live generation, or this one, holds the whole log. */
  caughtUp(view: ViewName, generation?: number): Promise<void>;
};

/** @param openLog closes it with the test; default the embedded log */
export async function createBuildRig(
  t: Teardown,
  openLog: (pool: FreshDatabase['pool']) => BuildRig['log'] | Promise<BuildRig['log']> = (pool) => embeddedLog(t, pool),
): Promise<BuildRig> {
  const database = await freshDatabase(t);
  const { pool } = database;
  const log = await openLog(pool);
  const registry = new Registry();
  const metrics = createBuildMetrics(registry);
  await migrateProjection(pool);
  const job = async (id: number): Promise<Job> => {
    const [found] = await readJobs(pool, { id });
    if (found === undefined) throw new Error(`no job ${id}`);
    return found;
  };
  return {
    database,
    pool,
    log,
    registry,
    job,
    async project(view) {
      const projection = createProjection({ view, log, pool, logger, registry });
      t.teardown(() => projection.stop());
      projection.start();
      await until(() => projection.state().ready, 60_000);
      return projection;
    },
    work(view, workLog = log) {
      const worker = startBuildWorker({
        view,
        log: workLog,
        pool,
        decode: decodeEvent,
        logger,
        metrics,
        onPromoted: () => undefined,
      });
      t.teardown(() => worker.stop());
      return worker;
    },
    async jobIn(id, states, deadlineMs = 30_000) {
      await until(async () => states.includes((await job(id)).state), deadlineMs).catch(async () => {
        throw new Error(`still ${JSON.stringify(await job(id))}`);
      });
      return await job(id);
    },
    async jobPast(id, phase) {
      await until(async () => (await job(id)).phase === phase);
      return await job(id);
    },
    async caughtUp(view, generation) {
      const ends = (await log.ends()).join();
      await until(async () => {
        const { rows } = await pool.query<{ offsets: string }>(
          `select string_agg(next_offset::text, ',' order by partition) as offsets
           from projection.checkpoints c join projection.views v using (view)
           where view = $1 and c.generation = coalesce($2, v.live)`,
          [view, generation ?? null],
        );
        return rows[0]?.offsets === ends;
      }, 60_000);
    },
    async schemas() {
      const { rows } = await pool.query<{ nspname: string }>(
        String.raw`select nspname from pg_namespace where nspname ~ '_g\d+$' order by 1`,
      );
      return rows.map(({ nspname }) => nspname);
    },
  };
}

/** Makes the live generation, without feeding it. */
export async function makeLive({ pool, log }: BuildRig, view: View): Promise<void> {
  await ensureGeneration(pool, view, await log.describe());
}
