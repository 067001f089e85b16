/**
 * One run: a system, four writers, faults by the plan; then everything is let heal, and what was acknowledged, the log as
 * it is kept, and what the views answer are compared.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Teardown } from '@ledgerline/testkit';
import { type ChaosSystem, startChaosSystem } from './chaos-system.ts';
import { checkLog } from './check-log.ts';
import { checkViewsBeside } from './check-views-beside.ts';
import { type Delivery, deliver } from './deliver.ts';
import type { Difference } from './difference.ts';
import { countByKind, type Fault, type LogKind, planFaults } from './fault-plan.ts';
import { watchHealth } from './health-watch.ts';
import { inflictFault } from './inflict-fault.ts';
import { type RawLog, readRawLog } from './raw-log.ts';
import { seededRandom } from './seeded-random.ts';
import { type Sent, toSend } from './sent-events.ts';
import { statementOn, writeLoad } from './writers.ts';

export type ChaosOptions = {
  readonly log: LogKind;
  readonly seed: number;
  readonly durationMs: number;
  /** Spread over the run; it goes on until there are as many. */
  readonly events: number;
  /** Told as it goes. */
  readonly say: (line: string) => void;
};

export type ChaosReport = {
  readonly seed: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly faultCount: number;
  readonly sent: number;
  readonly acknowledged: number;
  readonly inLog: number;
  readonly refused: number;
  /** Requests whose outcome nobody told. */
  readonly unknownOutcomes: number;
  readonly voids: number;
  readonly longestHealMs: number;
  readonly unasked: readonly string[];
  readonly differences: readonly Difference[];
};

const START_TIMEOUT_MS = 90_000;
/** Promised is 60 s after the return of what was missing. */
const HEAL_TIMEOUT_MS = 90_000;
const LATE_EVENTS_MS = 120_000;

/** null where no broker can be had. Rejects where the system does not start, or does not heal. */
export async function runChaos(t: Teardown, options: ChaosOptions): Promise<ChaosReport | null> {
  const { log, seed, durationMs, events, say } = options;
  const system = await startChaosSystem(t, log);
  if (system === null) return null;
  const sent: Sent[] = [];
  let giveUpAt = Number.POSITIVE_INFINITY;
  let acknowledged = 0;
  const delivery = {
    ingests: system.ingests.map(({ baseUrl }) => baseUrl),
    giveUpAt: () => giveUpAt,
    onStored: () => void (acknowledged += 1),
  };
  const health = watchHealth(system, createProbe(system, delivery, sent));
  try {
    await health.whole(START_TIMEOUT_MS);
    const plan = planFaults(seed, durationMs, log);
    say(`seed ${seed}, log ${log}: ${plan.length} faults in ${durationMs / 1_000} s`);
    const startedAt = performance.now();
    const sinceStart = () => performance.now() - startedAt;
    const over = () =>
      (sinceStart() > durationMs && acknowledged >= events) || sinceStart() > durationMs + LATE_EVENTS_MS;
    // A little more than is asked for, so that outages do not leave too few.
    const isAhead = () => acknowledged > (1.05 * events * (sinceStart() + 2_000)) / durationMs;
    const writing = writeLoad({ seed, delivery, sent, isAhead, isOver: over });
    await Promise.all(plan.map(async (fault) => await strike(system, fault, sinceStart, health, say)));
    await health.whole(HEAL_TIMEOUT_MS);
    giveUpAt = startedAt + durationMs + LATE_EVENTS_MS + HEAL_TIMEOUT_MS;
    await writing;
    await health.stop();
    say(`all is well again after ${Math.round(sinceStart() / 1_000)} s; comparing ${sent.length} events`);
    const raw = await readRawLog(system);
    const differences = [...checkLog(sent, raw.records), ...(await checkViewsBeside(system.query.baseUrl, raw))];
    const longestHealMs = health.longestMs();
    return toReport(options, system, { plan, sent, raw, differences, acknowledged, longestHealMs });
  } catch (error) {
    for (const service of system.services.values()) say(`--- ${service.name}\n${service.output()}`);
    throw error;
  } finally {
    await health.stop();
  }
}

async function strike(
  system: ChaosSystem,
  fault: Fault,
  sinceStart: () => number,
  health: ReturnType<typeof watchHealth>,
  say: (line: string) => void,
): Promise<void> {
  await delay(Math.max(0, fault.atMs - sinceStart()));
  const lasting = fault.forMs > 0 ? ` for ${fault.forMs} ms` : '';
  say(`${(sinceStart() / 1_000).toFixed(1)} s: ${fault.kind} ${fault.target}${lasting}`);
  health.faultBegan();
  try {
    await inflictFault(system, fault, new AbortController().signal);
  } finally {
    health.faultEnded();
  }
}

/** An event of the watch's own, through each ingest process in turn, sent once: not stored in time is not healed. */
function createProbe(system: ChaosSystem, delivery: Omit<Delivery, 'random'>, sent: Sent[]) {
  const random = seededRandom(7);
  let number = 0;
  return async (): Promise<string | null> => {
    let position: string | null = null;
    for (const { baseUrl } of system.ingests) {
      const subject = `probe-${++number}`;
      const probe = toSend(statementOn(subject, subject, random));
      sent.push(probe);
      const within = performance.now() + 5_000;
      await deliver({ ...delivery, ingests: [baseUrl], random, giveUpAt: () => within }, [probe], 'single');
      if (probe.told === null) {
        probe.abandoned = true;
        return null;
      }
      if (probe.told.status !== 'refused') ({ position } = probe.told);
    }
    return position;
  };
}

type Findings = {
  readonly plan: readonly Fault[];
  readonly sent: readonly Sent[];
  readonly raw: RawLog;
  readonly differences: readonly Difference[];
  readonly acknowledged: number;
  readonly longestHealMs: number;
};

function toReport({ seed }: ChaosOptions, system: ChaosSystem, findings: Findings): ChaosReport {
  const { plan, sent, raw, differences, acknowledged, longestHealMs } = findings;
  const told = sent.flatMap((one) => one.told ?? []);
  return {
    seed,
    faults: countByKind(plan),
    faultCount: plan.length,
    sent: sent.length,
    acknowledged,
    inLog: raw.records.length,
    refused: told.filter(({ status }) => status === 'refused').length,
    unknownOutcomes: sent.reduce((sum, { unknown }) => sum + unknown, 0),
    voids: raw.voids,
    longestHealMs: Math.round(longestHealMs),
    unasked: [...system.services.values()].flatMap((service) => service.unasked()),
    differences,
  };
}
