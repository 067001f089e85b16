/**
 * How each view is rebuilt: in which phases the builder is killed, and how each rebuild ends. Where rebuilds are spoiled at
 * all, every phase is killed in and cancelled in at least once.
 */
import { type JobPhase, jobPhases, type ViewName } from '@ledgerline/projection';
import type { Findings } from './findings.ts';

export type RebuildPlan = {
  /** In the order of phases. */
  readonly killedIn: readonly JobPhase[];
  readonly ends: 'promoted' | { readonly cancelledIn: JobPhase };
};

const working = jobPhases.filter((phase) => !['requested', 'replacing', 'following', 'done'].includes(phase));

/** The first of each view ends promoted: it is compared, taken back and put forth again before the next. */
type RebuildPlans = Readonly<Record<ViewName, readonly [RebuildPlan, ...RebuildPlan[]]>>;

const plain: RebuildPlan = { killedIn: [], ends: 'promoted' };

export const plainPlans: RebuildPlans = { timeline: [plain], journal: [plain], statistics: [plain] };

/**
 * A build takes as long as the log is, and the journal's takes the least: what is the same for every view is tried with it.
 * The views go their ways beside each other.
 */
export const spoilingPlans: RebuildPlans = {
  timeline: [{ killedIn: ['filling', 'comparing'], ends: 'promoted' }],
  journal: [
    { killedIn: working, ends: 'promoted' },
    { killedIn: [], ends: { cancelledIn: 'requested' } },
    { killedIn: [], ends: { cancelledIn: 'filling' } },
    { killedIn: [], ends: { cancelledIn: 'catching-up' } },
    { killedIn: [], ends: { cancelledIn: 'comparing' } },
    { killedIn: ['filling'], ends: { cancelledIn: 'following' } },
  ],
  statistics: [
    plain,
    { killedIn: [], ends: { cancelledIn: 'indexing' } },
    { killedIn: ['filling'], ends: { cancelledIn: 'checking' } },
  ],
};

/** How it is counted that a phase was hit, by what the rebuild said of itself at that moment. */
export const hits = {
  kill: (phase: JobPhase) => `killed in ${phase}`,
  cancel: (phase: JobPhase) => `cancelled in ${phase}`,
};

/** A phase may be over before it is seen: what was not shown is told. */
export function requireAllPhases(findings: Findings): void {
  const plans = Object.values(spoilingPlans).flat();
  const wanted = plans.flatMap(({ killedIn, ends }) => [
    ...killedIn.map(hits.kill),
    ...(ends === 'promoted' || ends.cancelledIn === 'requested' ? [] : [hits.cancel(ends.cancelledIn)]),
  ]);
  for (const what of new Set(wanted)) if (findings.counted(what) === 0) findings.wrong('not shown', `none ${what}`);
}
