/**
 * Rebuilds of all views under writes, reads and streams: plain ones, ones whose builder is killed, cancelled ones, and ways
 * back; in the end everything is compared. What a reader may see is looked at all the time.
 */
import { checksumView, viewNames } from '@ledgerline/projection';
import type { Teardown } from '@ledgerline/testkit';
import { createFindings, type Findings } from './findings.ts';
import { describeRebuilt, rebuildPlainly } from './plain-rebuilds.ts';
import { cancelRebuilds, killBuilders, liveOf } from './spoiled-rebuilds.ts';
import { readPinned, startSteadyReaders } from './steady-readers.ts';
import { type SteadyStream, startSteadyStream } from './steady-stream.ts';
import { type SteadyWriter, startSteadyWriter } from './steady-writer.ts';
import type { TrialOptions } from './trial-options.ts';
import { awaitViews, pause, seconds, startTrialSystem, type TrialSystem } from './trial-system.ts';
import { post } from './watch-job.ts';

const READY_MS = 60_000;
const CAUGHT_UP_MS = 1_800_000;
/** Of changes a part: those of one kind. */
const CHANGES = 'deliver=changes&kind=measure';

/** null where no broker can be had. Rejects where the system does not start or a rebuild does not end. */
export async function runTrial(t: Teardown, options: TrialOptions): Promise<Findings | null> {
  const { rate, say } = options;
  const system = await startTrialSystem(t, options);
  if (system === null) return null;
  const findings = createFindings();
  const startedAt = performance.now();
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
  const changes = startSteadyStream(baseUrl, 'changes', CHANGES, after, findings);
  try {
    for (const rebuilt of await rebuildPlainly(system, findings))
      for (const line of describeRebuilt(rebuilt)) say(line);
    await compareGenerations(system, writer, findings, say);
    if (options.kills) {
      await killBuilders({ system, findings, say }, options.brief);
      await allReady(system);
      await compareGenerations(system, writer, findings, say);
    }
    await rollBack(system, findings);
    if (options.cancels) {
      await cancelRebuilds({ system, findings, say });
      await compareGenerations(system, writer, findings, say);
    }
    await writer.stop();
    await awaitViews(system, CAUGHT_UP_MS);
    await readers.stop();
    await compareStreams(system, { writer, events, changes, after, findings });
    await verify(system, findings);
  } finally {
    await Promise.all([writer.stop(), readers.stop(), events.stop(), changes.stop()]);
  }
  return findings;
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

/** With writing at rest: the live generation and the one kept beside it have the same rows. */
async function compareGenerations(
  system: TrialSystem,
  writer: SteadyWriter,
  findings: Findings,
  say: TrialOptions['say'],
): Promise<void> {
  await writer.rest();
  await awaitViews(system, CAUGHT_UP_MS);
  const { rows } = await system.pool.query<{ view: (typeof viewNames)[number]; generation: number }>(
    "select view, generation from projection.generations where state in ('live', 'kept') order by 1, 2",
  );
  for (const view of viewNames) {
    const generations = rows.filter((row) => row.view === view).map(({ generation }) => generation);
    const found = await Promise.all(generations.map(async (one) => await checksumView(system.pool, view, one)));
    const distinct = new Set(found.map(({ checksum, offsets }) => `${checksum} at ${offsets}`));
    if (generations.length !== 2 || distinct.size !== 1) {
      findings.wrong('rebuild', `generations ${generations} of ${view}: ${[...distinct].join(' | ')}`);
    }
    say(`${view}: generations ${generations.join(' and ')} are ${distinct.size === 1 ? 'equal' : 'NOT EQUAL'}`);
    findings.count('generations compared', generations.length);
  }
  writer.resume();
}

/** There and back under load: the generation before is kept in step. */
async function rollBack(system: TrialSystem, findings: Findings): Promise<void> {
  for (const view of [...viewNames, ...viewNames]) {
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

type Streams = {
  readonly writer: SteadyWriter;
  readonly events: SteadyStream;
  readonly changes: SteadyStream;
  readonly after: string;
  readonly findings: Findings;
};

async function compareStreams(system: TrialSystem, streams: Streams): Promise<void> {
  const { writer, events, changes, after, findings } = streams;
  const deadline = performance.now() + READY_MS;
  const lacking = () => [...writer.acknowledged.difference(new Set(events.received))];
  while (events.received.length < writer.acknowledged.size && performance.now() < deadline) await pause(100);
  for (const key of lacking()) findings.wrong('stream', `events lacks ${key}`);
  findings.count('events on the stream', events.received.length);

  const listed: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const response = await fetch(`${system.query.baseUrl}/v1/changes?kind=measure&limit=1000&after=${after}${page}`);
    const { items, page: pages } = (await response.json()) as {
      items: { event: { source: string; id: string } }[];
      page: { next: string | null };
    };
    listed.push(...items.map(({ event: { source, id } }) => `${source} ${id}`));
    cursor = pages.next;
  }
  while (changes.received.length < listed.length && performance.now() < deadline) await pause(100);
  const [due, got] = [new Set(listed), new Set(changes.received)];
  for (const key of due.difference(got)) findings.wrong('stream', `changes lacks ${key}`);
  for (const key of got.difference(due)) findings.wrong('stream', `changes has ${key}, which is no change`);
  findings.count('changes on the stream', changes.received.length);
}

async function verify(system: TrialSystem, findings: Findings): Promise<void> {
  const { json } = await post(system, '/v1/admin/verify');
  const id = String(json['id']);
  for (;;) {
    const response = await fetch(`${system.query.baseUrl}/v1/admin/verifications/${id}`);
    const { state, views } = (await response.json()) as {
      state: string;
      views: { view: string; ok: boolean | null }[];
    };
    if (state === 'done') {
      for (const one of views) if (one.ok !== true) findings.wrong('rebuild', `verified: ${JSON.stringify(one)}`);
      return findings.count('views verified in the end', views.length);
    }
    await pause(200);
  }
}
