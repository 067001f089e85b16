/** Events written through ingest at a steady rate, in batches; what is late is made up for, not left out. */
import type { EventJson } from '@ledgerline/testkit';
import type { Findings } from './findings.ts';
import { eventsOf, pause, writingSeed } from './trial-system.ts';

export type Written = { readonly position: string; readonly events: readonly EventJson[] };

export type SteadyWriter = {
  /** `source id` of all that was acknowledged. */
  readonly acknowledged: ReadonlySet<string>;
  /** The batch acknowledged last. */
  last(): Written | null;
  /** Nothing more is sent until each who asked for rest has called `resume`; resolves when all that was sent is answered. */
  rest(): Promise<void>;
  resume(): void;
  stop(): Promise<void>;
  /** What it came to, rests left out. */
  pace(): string;
};

/** What is written is projected three to six times: in small pieces that alone would take a core. */
const BATCH = 100;
/** Events of one subject are further apart than all that is under way. */
const SIDE_BY_SIDE = 3;
const WINDOW_MS = 10_000;

export function startSteadyWriter(baseUrl: string, rate: number, findings: Findings): SteadyWriter {
  const events = eventsOf(writingSeed);
  const acknowledged = new Set<string>();
  /** Acknowledged in each window of the time of writing. */
  const windows: number[] = [];
  const startedAt = performance.now();
  let last: Written | null = null;
  let begun = 0;
  let resting = 0;
  let restingSince = 0;
  let restedMs = 0;
  let stopped = false;
  const underWay = new Set<Promise<void>>();
  const writingMs = () => (resting > 0 ? restingSince : performance.now()) - startedAt - restedMs;

  const send = async (batch: readonly EventJson[]): Promise<void> => {
    const sentAt = performance.now();
    const response = await fetch(`${baseUrl}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify(batch),
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    findings.took('a write', performance.now() - sentAt);
    if (response.status !== 201) return findings.wrong('failed write', `${response.status} ${text}`);
    for (const { source, id } of batch) acknowledged.add(`${source} ${id}`);
    last = { position: (JSON.parse(text) as { position: string }).position, events: batch };
    findings.count('events written', batch.length);
    const window = Math.floor(writingMs() / WINDOW_MS);
    windows[window] = (windows[window] ?? 0) + batch.length;
  };

  const work = async (): Promise<void> => {
    while (!stopped) {
      const isDue = begun < (writingMs() * rate) / 1_000;
      if (resting > 0 || !isDue || underWay.size >= SIDE_BY_SIDE) {
        await pause(5);
        continue;
      }
      const batch = Array.from({ length: BATCH }, () => events.next().value as EventJson);
      begun += BATCH;
      const sent = send(batch)
        .catch((error: unknown) => findings.wrong('failed write', String(error)))
        .finally(() => underWay.delete(sent));
      underWay.add(sent);
    }
  };
  const working = work();
  return {
    acknowledged,
    last: () => last,
    async rest() {
      if (resting === 0) restingSince = performance.now();
      resting += 1;
      await Promise.all(underWay);
    },
    resume() {
      resting -= 1;
      if (resting === 0) restedMs += performance.now() - restingSince;
    },
    async stop() {
      stopped = true;
      await working;
      await Promise.all(underWay);
    },
    pace() {
      const average = (acknowledged.size * 1_000) / writingMs();
      const slowest = Math.min(...Array.from({ length: windows.length - 1 }, (_, at) => windows[at] ?? 0));
      const tenth = (slowest * 1_000) / WINDOW_MS;
      const rested = `${(restedMs / 1_000).toFixed(1)} s of rest while generations were looked at`;
      return `written: ${average.toFixed(0)} events/s on average, ${tenth.toFixed(0)} in the slowest ten seconds; ${rested}`;
    },
  };
}
