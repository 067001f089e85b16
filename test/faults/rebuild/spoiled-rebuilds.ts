/** Rebuilds whose builder is killed with -9 in each phase, and rebuilds that are cancelled in each phase. */
import { type JobPhase, type ViewName, viewNames } from '@ledgerline/projection';
import { seededRandom } from '../seeded-random.ts';
import type { Findings } from './findings.ts';
import { pause, seconds, type TrialSystem } from './trial-system.ts';
import { askRebuild, builderOf, isAt, jobOf, jobWhen, post } from './watch-job.ts';

const killedIn: readonly JobPhase[] = ['filling', 'indexing', 'catching-up', 'checking', 'comparing', 'promoting'];
const cancelledIn: readonly JobPhase[] = [...killedIn.slice(0, -1), 'following'];
/** Of those long enough to be hit in their middle. */
const LONGEST_DELAY_MS = 1_500;

type Spoiling = {
  readonly system: TrialSystem;
  readonly findings: Findings;
  say(line: string): void;
};

/** One rebuild a view, all at once; each is ended by whoever is left. @param brief the phases are shared out */
export async function killBuilders(spoiling: Spoiling, brief: boolean): Promise<void> {
  await Promise.all(
    viewNames.map(async (view, index) => {
      const phases = brief ? shareOf(killedIn, index) : killedIn;
      await killInPhases(spoiling, view, index, phases);
    }),
  );
}

/** An early and a late one a view. */
function shareOf(phases: readonly JobPhase[], index: number): readonly JobPhase[] {
  return phases.filter((_, at) => at % viewNames.length === index);
}

async function killInPhases(
  spoiling: Spoiling,
  view: ViewName,
  index: number,
  phases: readonly JobPhase[],
): Promise<void> {
  const { system, findings, say } = spoiling;
  const random = seededRandom(17 + index);
  const id = await askRebuild(system, view, 'auto');
  const startedAt = performance.now();
  let kills = 0;
  for (const phase of phases) {
    const isPartly = phase === 'filling' ? random.next() * 0.8 : 0;
    await jobWhen(system, id, (job) => isAt(job, phase) && job.events.done >= (job.events.total ?? 0) * isPartly);
    if (phase !== 'catching-up' && phase !== 'promoting') await pause(random.next() * LONGEST_DELAY_MS);
    const job = await jobOf(system, id);
    if (job.finishedAt !== null) break;
    const builder = builderOf(job, system.projectors[view]);
    if (builder === null) {
      findings.wrong('rebuild', `${view}: nobody is ${job.owner}`);
      continue;
    }
    builder.kill();
    kills += 1;
    const { attempts } = await jobWhen(system, id, (now) => now.attempts.length > job.attempts.length);
    const last = attempts.at(-1);
    say(
      `${view}: killed in ${job.phase} at ${job.events.done} events; taken up from ${last?.from}, ${last?.events} events`,
    );
  }
  const job = await jobWhen(system, id, ({ finishedAt }) => finishedAt !== null);
  say(`${view}: ${job.state} after ${kills} kills in ${seconds(startedAt)} s`);
  findings.count('builders killed', kills);
  if (job.state !== 'promoted') findings.wrong('rebuild', `${view} after kills: ${job.state}: ${job.reason}`);
}

/** The phases shared out, the views side by side. */
export async function cancelRebuilds(spoiling: Spoiling): Promise<void> {
  await Promise.all(
    viewNames.map(async (view, index) => {
      for (const phase of shareOf(cancelledIn, index)) await cancelIn(spoiling, view, phase);
    }),
  );
}

async function cancelIn({ system, findings, say }: Spoiling, view: ViewName, phase: JobPhase): Promise<void> {
  const before = await liveOf(system, view);
  const id = await askRebuild(system, view, 'manual');
  const found = await jobWhen(system, id, (job) => isAt(job, phase));
  const { status, json } = await post(system, `/v1/admin/rebuilds/${id}/cancel`);
  const askedAt = performance.now();
  if (status !== 200 || json['state'] !== 'cancelled') {
    return findings.wrong('rebuild', `${view} in ${found.phase} was not cancelled: ${status} ${JSON.stringify(json)}`);
  }
  while (await hasBuild(system, view)) {
    if (performance.now() - askedAt > 120_000)
      return findings.wrong('rebuild', `${view}: a cancelled build is still there`);
    await pause(50);
  }
  findings.longest('until a build is dropped', performance.now() - askedAt);
  findings.count('rebuilds cancelled');
  if ((await liveOf(system, view)) !== before) findings.wrong('rebuild', `${view}: another generation is live`);
  say(`${view}: cancelled in ${found.phase}, its build dropped ${seconds(askedAt)} s later`);
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
