/** A view rebuilt under load without anything done to it, asked for twice at the same moment; with what it costs. */
import type { Job, JobPhase, ViewName } from '@ledgerline/projection';
import type { Findings } from './findings.ts';
import { pause, type TrialSystem } from './trial-system.ts';
import { builderOf, jobOf, post } from './watch-job.ts';

export type Rebuilt = {
  readonly view: ViewName;
  readonly job: Job;
  readonly seconds: number;
  /** Seconds until a phase began, in their order. */
  readonly phases: readonly (readonly [JobPhase, number])[];
  /** Resident memory of the builder when it had read another tenth of the log, in MiB. */
  readonly residentMiB: readonly number[];
};

export async function rebuildPlainly(system: TrialSystem, view: ViewName, findings: Findings): Promise<Rebuilt> {
  const path = `/v1/admin/views/${view}/rebuilds`;
  const asked = await Promise.all([post(system, path), post(system, path)]);
  const taken = asked.find(({ status }) => status === 202);
  const refused = asked.find(({ status }) => status === 409);
  if (taken === undefined || refused?.json['code'] !== 'rebuild-running') {
    throw new Error(`two at once: ${JSON.stringify(asked)}`);
  }
  findings.count('asked for twice, done once');
  const id = taken.json['id'] as number;
  const startedAt = performance.now();
  const phases: [JobPhase, number][] = [];
  const residentMiB: number[] = [];
  for (;;) {
    const job = await jobOf(system, id);
    const at = (performance.now() - startedAt) / 1_000;
    if (phases.at(-1)?.[0] !== job.phase) phases.push([job.phase, at]);
    const { done, total } = job.events;
    const tenth = total === null || total === 0 ? 0 : Math.floor((done * 10) / total);
    if (job.phase === 'filling' && tenth > residentMiB.length) residentMiB.push(await residentOf(system, view, job));
    if (job.finishedAt !== null) {
      residentMiB.push(await residentOf(system, view, job));
      if (job.state !== 'promoted' || job.attempts.length !== 1) {
        findings.wrong('rebuild', `${view}: ${job.state} after ${job.attempts.length} attempts: ${job.reason}`);
      }
      findings.count('plain rebuilds promoted', job.state === 'promoted' ? 1 : 0);
      return { view, job, seconds: at, phases, residentMiB };
    }
    await pause(25);
  }
}

/** By the builder's own metric; NaN where it does not say. */
async function residentOf({ projectors }: TrialSystem, view: ViewName, job: Job): Promise<number> {
  const builder = builderOf(job, projectors[view]);
  const text = builder === null ? '' : await (await fetch(`${builder.baseUrl}/metrics`)).text();
  const bytes = /^process_resident_memory_bytes(?:\{.*\})? (\S+)$/m.exec(text)?.[1];
  return Math.round(Number(bytes ?? Number.NaN) / 1_048_576);
}

export function describeRebuilt({ view, job, seconds, phases, residentMiB }: Rebuilt): string[] {
  const expected = job.differences?.expected ?? 0;
  const began = phases.map(([phase, at]) => `${phase} ${at.toFixed(1)}`).join(', ');
  return [
    `${view}: ${job.state} in ${seconds.toFixed(1)} s, ${job.events.done} events, ${expected} rows compared; s: ${began}`,
    `${view}: builder's resident memory by tenth, then at the end: ${residentMiB.join(' ')} MiB`,
  ];
}
