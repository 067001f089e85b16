/** Rebuilds whose builder is killed with -9 in the middle of phases, and rebuilds that are cancelled in one. */
import type { Job, JobPhase, ViewName } from '@ledgerline/projection';
import type { Random } from '../seeded-random.ts';
import type { Findings } from './findings.ts';
import { hits, type RebuildPlan } from './rebuild-plans.ts';
import { pause, seconds, type TrialSystem } from './trial-system.ts';
import { askRebuild, builderOf, isAt, jobOf, jobWhen, post } from './watch-job.ts';

/** Over before anybody can wait in them. */
const short: readonly JobPhase[] = ['requested', 'catching-up', 'following', 'promoting'];
const DROPPED_MS = 120_000;

export type Spoiling = {
  readonly system: TrialSystem;
  readonly view: ViewName;
  readonly findings: Findings;
  /** Of the log: phases last accordingly. */
  readonly events: number;
  say(line: string): void;
};

export async function spoilRebuild(spoiling: Spoiling, { killedIn, ends }: RebuildPlan, random: Random): Promise<void> {
  const { system, view, findings, say } = spoiling;
  const before = await liveOf(system, view);
  const id = await askRebuild(system, view, ends === 'promoted' ? 'auto' : 'manual');
  const startedAt = performance.now();
  for (const phase of killedIn) await killIn(spoiling, id, phase, random);
  if (ends !== 'promoted') return await cancelIn(spoiling, id, ends.cancelledIn, before, random);
  const job = await jobWhen(system, id, ({ finishedAt }) => finishedAt !== null);
  say(`${view}: ${job.state} after ${job.attempts.length - 1} kills in ${seconds(startedAt)} s`);
  if (job.state !== 'promoted') findings.wrong('rebuild', `${view} after kills: ${job.state}: ${job.reason}`);
}

/** In this phase, some way into it where it lasts; null where the job is over. */
async function reach({ system, events }: Spoiling, id: number, phase: JobPhase, random: Random): Promise<Job | null> {
  const part = phase === 'filling' ? 0.1 + random.next() * 0.7 : 0;
  await jobWhen(system, id, (job) => isAt(job, phase) && job.events.done >= (job.events.total ?? 0) * part);
  if (!short.includes(phase)) await pause((random.next() * events) / 400);
  const job = await jobOf(system, id);
  return job.finishedAt === null ? job : null;
}

async function killIn(spoiling: Spoiling, id: number, phase: JobPhase, random: Random): Promise<void> {
  const { system, view, findings, say } = spoiling;
  const letGo = phase === 'promoting' ? await holdPromotion(spoiling, id) : null;
  const job = await reach(spoiling, id, phase, random);
  const builder = job && builderOf(job, system.projectors[view]);
  builder?.kill();
  letGo?.();
  if (job === null) return;
  if (builder === null) return findings.wrong('rebuild', `${view}: nobody is ${job.owner}`);
  const { attempts } = await jobWhen(system, id, (now) => now.attempts.length > job.attempts.length);
  const taken = attempts[job.attempts.length];
  // It had done its work before it died.
  if (taken === undefined) return;
  say(
    `${view}: killed in ${job.phase} at ${job.events.done} events; taken up from ${taken.from}, ${taken.events} events`,
  );
  findings.count('builders killed');
  findings.count(hits.kill(job.phase));
  if (taken.from !== 'checkpoints') findings.wrong('rebuild', `${view}: what was built was not taken up`);
}

/** Whoever promotes waits in the database until the outcome is called: by itself it is over before it is seen. */
async function holdPromotion({ system, view }: Spoiling, id: number): Promise<() => void> {
  await jobWhen(system, id, (job) => isAt(job, 'comparing'));
  const client = await system.pool.connect();
  // As in lock-view.sql of the projection.
  await client.query("select pg_advisory_lock(hashtextextended('ledgerline view ' || $1, 0))", [view]);
  // With its session the lock is gone.
  return () => client.release(true);
}

async function cancelIn(
  spoiling: Spoiling,
  id: number,
  phase: JobPhase,
  before: number,
  random: Random,
): Promise<void> {
  const { system, view, findings, say } = spoiling;
  const found = await reach(spoiling, id, phase, random);
  if (found === null) return findings.wrong('rebuild', `${view}: over before it could be cancelled in ${phase}`);
  const askedAt = performance.now();
  const { status, json } = await post(system, `/v1/admin/rebuilds/${id}/cancel`);
  if (status !== 200 || json['state'] !== 'cancelled') {
    return findings.wrong('rebuild', `${view} in ${found.phase} was not cancelled: ${status} ${JSON.stringify(json)}`);
  }
  while (await hasBuild(system, view)) {
    if (performance.now() - askedAt > DROPPED_MS) {
      return findings.wrong('rebuild', `${view}: a cancelled build is still there`);
    }
    await pause(50);
  }
  findings.took('until a build is dropped', performance.now() - askedAt);
  findings.count('rebuilds cancelled');
  findings.count(hits.cancel(found.phase));
  if ((await liveOf(system, view)) !== before) findings.wrong('rebuild', `${view}: another generation is live`);
  say(
    `${view}: cancelled in ${found.phase} at ${found.events.done} events, its build dropped after ${seconds(askedAt)} s`,
  );
}

export async function liveOf({ pool }: TrialSystem, view: ViewName): Promise<number> {
  const { rows } = await pool.query<{ live: number }>('select live from projection.views where view = $1', [view]);
  return rows[0]?.live ?? 0;
}

async function hasBuild({ pool }: TrialSystem, view: ViewName): Promise<boolean> {
  const { rows } = await pool.query(
    "select from projection.generations where view = $1 and state not in ('live', 'kept')",
    [view],
  );
  return rows.length > 0;
}
