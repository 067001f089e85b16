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
  /** Nothing more is sent until `resume`; resolves when all that was sent is answered. */
  rest(): Promise<void>;
  resume(): void;
  stop(): Promise<void>;
};

const BATCH = 25;
const SIDE_BY_SIDE = 4;

export function startSteadyWriter(baseUrl: string, rate: number, findings: Findings): SteadyWriter {
  const events = eventsOf(writingSeed);
  const acknowledged = new Set<string>();
  let last: Written | null = null;
  let since = performance.now();
  let begun = 0;
  let state: 'writing' | 'resting' | 'stopped' = 'writing';
  const underWay = new Set<Promise<void>>();

  const send = async (batch: readonly EventJson[]): Promise<void> => {
    const startedAt = performance.now();
    const response = await fetch(`${baseUrl}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify(batch),
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    findings.longest('write', performance.now() - startedAt);
    if (response.status !== 201) return findings.wrong('failed write', `${response.status} ${text}`);
    for (const { source, id } of batch) acknowledged.add(`${source} ${id}`);
    last = { position: (JSON.parse(text) as { position: string }).position, events: batch };
    findings.count('events written', batch.length);
  };

  const work = async (): Promise<void> => {
    while (state !== 'stopped') {
      const isDue = begun < ((performance.now() - since) * rate) / 1_000;
      if (state === 'resting' || !isDue || underWay.size >= SIDE_BY_SIDE) {
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
      state = 'resting';
      await pause(20);
      await Promise.all(underWay);
    },
    resume() {
      state = 'writing';
      since = performance.now();
      begun = 0;
    },
    async stop() {
      state = 'stopped';
      await working;
      await Promise.all(underWay);
    },
  };
}
