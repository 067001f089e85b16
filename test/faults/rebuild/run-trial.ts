/**
 * Rebuilds of all views at once under writes, reads and streams. Each view goes its own way: rebuilt, plainly or with its
 * builder killed, compared, back to the generation before and forth again, then with rebuilds that are cancelled. What a
 * reader may see is looked at all the time.
 */
import { checksumView, type ViewChecksum, type ViewName, viewNames } from '@ledgerline/projection';
import type { Teardown } from '@ledgerline/testkit';
import { type Random, seededRandom } from '../seeded-random.ts';
import { compareStreams } from './compare-streams.ts';
import type { Findings } from './findings.ts';
import { describeRebuilt, rebuildPlainly } from './plain-rebuilds.ts';
import { plainPlans, type RebuildPlan, requireAllPhases, spoilingPlans } from './rebuild-plans.ts';
import { liveOf, spoilRebuild } from './spoiled-rebuilds.ts';
import { readPinned, startSteadyReaders } from './steady-readers.ts';
import { startSteadyStream } from './steady-stream.ts';
import { type SteadyWriter, startSteadyWriter } from './steady-writer.ts';
import type { TrialOptions } from './trial-options.ts';
import { awaitViews, pause, seconds, startTrialSystem, type TrialSystem } from './trial-system.ts';
import { post } from './watch-job.ts';

const READY_MS = 60_000;
const CAUGHT_UP_MS = 900_000;
/** Of changes a part: those of one kind in one country. */
export const CHANGES = 'kind=measure&country=EE';

type Trial = {
  readonly system: TrialSystem;
  readonly writer: SteadyWriter;
  readonly findings: Findings;
  readonly options: TrialOptions;
};

/** false where no broker can be had. Rejects where the system does not start or a rebuild does not end. */
export async function runTrial(t: Teardown, options: TrialOptions, findings: Findings): Promise<boolean> {
  const { rate, say } = options;
  const startedAt = performance.now();
  const system = await startTrialSystem(t, options);
  if (system === null) return false;
  await allReady(system);
  await awaitViews(system, CAUGHT_UP_MS);
  say(`the views held all of it after ${seconds(startedAt)} s`);

  const { baseUrl } = system.query;
  const pinned = await readPinned(baseUrl);
  const [first = ''] = pinned.keys();
  const after = /asOf=([^&]+)/.exec(first)?.[1] ?? '';
  const writer = startSteadyWriter(system.ingest.baseUrl, rate, findings);
  const readers = startSteadyReaders(baseUrl, writer, pinned, findings);
  const events = startSteadyStream(baseUrl, 'events', 'deliver=events', after, findings);
  const changes = startSteadyStream(baseUrl, 'changes', `deliver=changes&${CHANGES}`, after, findings);
  const trial = { system, writer, findings, options };
  try {
    await Promise.all(viewNames.map(async (view) => await tryView(trial, view)));
    if (options.spoiled) {
      requireAllPhases(findings);
      await allReady(system);
      await Promise.all(viewNames.map(async (view) => await compareGenerations(trial, view)));
    }
    await writer.stop();
    say(writer.pace());
    await awaitViews(system, CAUGHT_UP_MS);
    await readers.stop();
    await compareStreams({ baseUrl, writer, events, changes, filter: CHANGES, after, findings });
  } finally {
    await Promise.all([writer.stop(), readers.stop(), events.stop(), changes.stop()]);
  }
  return true;
}

async function tryView(trial: Trial, view: ViewName): Promise<void> {
  const { system, options } = trial;
  const random = seededRandom(17 + viewNames.indexOf(view));
  const [first, ...others] = (options.spoiled ? spoilingPlans : plainPlans)[view];
  await rebuild(trial, view, first, random);
  await compareGenerations(trial, view);
  await rollBack(trial, view);
  for (const plan of others) await rebuild(trial, view, plan, random);
  options.say(`${view}: done at ${(await system.ends()).reduce((sum, end) => sum + end, 0)} events`);
}

async function rebuild(trial: Trial, view: ViewName, plan: RebuildPlan, random: Random): Promise<void> {
  const { system, findings, options } = trial;
  const { events, say } = options;
  if (plan.killedIn.length > 0 || plan.ends !== 'promoted') {
    return await spoilRebuild({ system, view, findings, events, say }, plan, random);
  }
  for (const line of describeRebuilt(await rebuildPlainly(system, view, findings))) say(line);
}

async function allReady({ ingest, query, projectors }: TrialSystem): Promise<void> {
  const deadline = performance.now() + READY_MS;
  for (const service of [ingest, query, ...Object.values(projectors).flat()]) {
    while (!(await service.isReady())) {
      if (performance.now() > deadline) throw new Error(`${service.name} is not ready\n${service.output()}`);
      await pause(50);
    }
  }
}

/** The live generation and the one kept beside it have the same rows: writing rests until both are looked at in one place. */
async function compareGenerations({ system, writer, findings, options }: Trial, view: ViewName): Promise<void> {
  await writer.rest();
  let summing: Promise<ViewChecksum>[] = [];
  try {
    await awaitViews(system, CAUGHT_UP_MS, [view]);
    const { rows } = await system.pool.query<{ generation: number }>(
      "select generation from projection.generations where view = $1 and state in ('live', 'kept') order by 1",
      [view],
    );
    const held = rows.map(({ generation }) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      summing.push(checksumView(system.pool, view, generation, () => resolve()));
      return promise;
    });
    await Promise.race([Promise.all(held), Promise.all(summing)]);
  } finally {
    writer.resume();
  }
  const found = await Promise.all(summing);
  const distinct = new Set(found.map(({ checksum, offsets }) => `${checksum} at ${offsets}`));
  const isEqual = found.length === 2 && distinct.size === 1;
  if (!isEqual) findings.wrong('rebuild', `generations of ${view}: ${[...distinct].join(' | ')}`);
  const rows = Object.values(found[0]?.rows ?? {}).reduce((sum, count) => sum + count, 0);
  options.say(`${view}: the live generation and the one before it, ${rows} rows: ${isEqual ? 'equal' : 'NOT EQUAL'}`);
  findings.count('pairs of generations equal', isEqual ? 1 : 0);
}

/** There and back under load: the generation before is kept in step. */
async function rollBack({ system, findings }: Trial, view: ViewName): Promise<void> {
  for (const _ of ['back', 'forth']) {
    const before = await liveOf(system, view);
    const deadline = performance.now() + READY_MS;
    // Behind for a moment is no fault: the answer says to come again.
    let answer = await post(system, `/v1/admin/views/${view}/rollback`);
    while (answer.status === 503 && performance.now() < deadline) {
      await pause(200);
      answer = await post(system, `/v1/admin/views/${view}/rollback`);
    }
    if (answer.status !== 200 || (await liveOf(system, view)) === before) {
      findings.wrong('rebuild', `no way back for ${view}: ${answer.status} ${JSON.stringify(answer.json)}`);
    }
    findings.count('rollbacks');
  }
}
