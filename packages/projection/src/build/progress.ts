/** How far a job is and how fast it goes, told truly: what is committed, over the last seconds. */
import type { JobPhase, JobState } from './job.ts';

export type ProgressReport = {
  readonly state: JobState;
  readonly phase: JobPhase;
  readonly done: number;
  readonly total: number | null;
  /** Events a second over the last seconds; null where no events are being read. */
  readonly rate: number | null;
};

export type Progress = {
  enter(state: JobState, phase: JobPhase): void;
  /** Records that are behind the checkpoints (while `checking`: that were compared), and records there are to be. */
  at(done: number, total: number): void;
  report(): ProgressReport;
};

const windowMs = 5_000;
const reading: readonly JobPhase[] = ['filling', 'catching-up', 'checking'];

export function createProgress(from: { readonly done: number; readonly total: number | null }): Progress {
  let state: JobState = 'building';
  let phase: JobPhase = 'requested';
  let { done, total } = from;
  let samples: { readonly at: number; readonly done: number }[] = [];
  return {
    enter(nextState, nextPhase) {
      if (nextPhase !== phase) samples = [];
      // The log is gone through anew.
      if (nextPhase !== phase && nextPhase === 'checking') done = 0;
      state = nextState;
      phase = nextPhase;
    },
    at(nextDone, nextTotal) {
      done = nextDone;
      total = nextTotal;
      const at = performance.now();
      const last = samples.at(-1);
      // A sample each tenth of a second is enough for a window of five.
      if (last === undefined || at - last.at > 100) samples.push({ at, done });
      while (samples.length > 2 && at - (samples[0]?.at ?? at) > windowMs) samples.shift();
    },
    report: () => ({ state, phase, done, total, rate: reading.includes(phase) ? rateOf(samples) : null }),
  };
}

function rateOf(samples: readonly { readonly at: number; readonly done: number }[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.at <= first.at) return null;
  return Math.max(0, Math.round(((last.done - first.done) * 1_000) / (last.at - first.at)));
}
