/** A rebuild asked for and looked at from outside: by the service where it tells enough, by its row where moments count. */
import { type Job, type JobPhase, jobPhases, readJobs, type ViewName } from '@ledgerline/projection';
import type { SupervisedService } from '../supervised-service.ts';
import { pause, type TrialSystem } from './trial-system.ts';

/** A trial on a busy machine must not fail for want of time. */
const PATIENCE_MS = 2_700_000;

export type Told = { readonly id: number; readonly state: Job['state'] };

export async function post(
  { query }: TrialSystem,
  path: string,
  body: object = {},
): Promise<{ status: number; json: Record<string, unknown> }> {
  const response = await fetch(`${query.baseUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

/** The number of the rebuild. Rejects where it is refused. */
export async function askRebuild(system: TrialSystem, view: ViewName, promote: 'auto' | 'manual'): Promise<number> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const { status, json } = await post(system, `/v1/admin/views/${view}/rebuilds`, { promote });
    if (status === 202) return json['id'] as number;
    if (performance.now() > deadline) throw new Error(`no rebuild of ${view}: ${status} ${JSON.stringify(json)}`);
    await pause(200);
  }
}

export async function jobOf({ pool }: Pick<TrialSystem, 'pool'>, id: number): Promise<Job> {
  const [job] = await readJobs(pool, { id });
  if (job === undefined) throw new Error(`no rebuild ${id}`);
  return job;
}

/** As it is when `isWanted` says so, or when it is over. */
export async function jobWhen(
  system: Pick<TrialSystem, 'pool'>,
  id: number,
  isWanted: (job: Job) => boolean,
): Promise<Job> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const job = await jobOf(system, id);
    if (isWanted(job) || job.finishedAt !== null) return job;
    if (performance.now() > deadline) throw new Error(`still ${JSON.stringify(job)}`);
    await pause(10);
  }
}

/** In this phase, or past it. */
export function isAt(job: Job, phase: JobPhase): boolean {
  return jobPhases.indexOf(job.phase) >= jobPhases.indexOf(phase);
}

/** The process that does it; null where it is none of these. */
export function builderOf({ owner }: Job, services: readonly SupervisedService[]): SupervisedService | null {
  return services.find((service) => owner?.split(':')[1] === String(service.pid())) ?? null;
}
