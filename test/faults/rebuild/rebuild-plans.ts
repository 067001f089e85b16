/**
 * What is done to rebuilds of each view after the plain one: in which phases their builder is killed, and how each ends.
 * Every phase is killed in and cancelled in at least once; the views whose rows are made fastest take what ends early.
 */
import { type JobPhase, jobPhases, type ViewName } from '@ledgerline/projection';
import type { Findings } from './findings.ts';

export type RebuildPlan = {
  /** In the order of phases. */
  readonly killedIn: readonly JobPhase[];
  readonly ends: 'promoted' | { readonly cancelledIn: JobPhase };
};

const working = jobPhases.filter((phase) => !['requested', 'replacing', 'following', 'done'].includes(phase));

export const rebuildPlans: Readonly<Record<ViewName, readonly RebuildPlan[]>> = {
  timeline: [
    { killedIn: [], ends: { cancelledIn: 'filling' } },
    { killedIn: working, ends: 'promoted' },
  ],
  journal: [
    { killedIn: [], ends: { cancelledIn: 'requested' } },
    { killedIn: ['filling'], ends: { cancelledIn: 'indexing' } },
    { killedIn: [], ends: { cancelledIn: 'catching-up' } },
    { killedIn: [], ends: { cancelledIn: 'comparing' } },
  ],
  statistics: [
    { killedIn: [], ends: { cancelledIn: 'checking' } },
    { killedIn: ['filling'], ends: { cancelledIn: 'following' } },
  ],
};

/** How it is counted that a phase was hit, by what the rebuild said of itself at that moment. */
export const hits = {
  kill: (phase: JobPhase) => `killed in ${phase}`,
  cancel: (phase: JobPhase) => `cancelled in ${phase}`,
};

/** A phase may be over before it is seen: what was not shown is told. */
export function requireAllPhases(findings: Findings): void {
  const plans = Object.values(rebuildPlans).flat();
  const wanted = plans.flatMap(({ killedIn, ends }) => [
    ...killedIn.map(hits.kill),
    ...(ends === 'promoted' || ends.cancelledIn === 'requested' ? [] : [hits.cancel(ends.cancelledIn)]),
  ]);
  for (const what of new Set(wanted)) if (findings.counted(what) === 0) findings.wrong('not shown', `none ${what}`);
}
