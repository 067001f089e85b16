/**
 * Sends events until their fate is known: on silence, a broken connection or a 5xx the same ids again, to whichever
 * ingest process chance says. Its impatient requests are cut off in the middle, as by a client that dies.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from './seeded-random.ts';
import type { Sent, Told } from './sent-events.ts';

export type Delivery = {
  /** Base URLs; any of them will do. */
  readonly ingests: readonly string[];
  readonly random: Random;
  /** `performance.now()` after which nothing is tried any more: what is unknown then stays so. */
  readonly giveUpAt: () => number;
  /** An event that was not known before is acknowledged. */
  readonly onStored: () => void;
};

export type Mode = 'single' | 'batch' | 'lines';

const PATIENCE_MS = 5_000;
const CONTENT_TYPES = {
  single: 'application/cloudevents+json',
  batch: 'application/cloudevents-batch+json',
  lines: 'application/x-ndjson',
} as const;

/** Resolves when all are told, abandoned, or given up on. Events are sent in their order, and so are their retries. */
export async function deliver(delivery: Delivery, events: readonly Sent[], mode: Mode): Promise<void> {
  const { random } = delivery;
  for (;;) {
    const open = events.filter(({ told, abandoned }) => told === null && !abandoned);
    if (open.length === 0 || performance.now() > delivery.giveUpAt()) return;
    const timeoutMs = random.chance(0.03) ? random.between(1, 40) : PATIENCE_MS;
    await attempt(delivery, open, mode, timeoutMs);
    for (const sent of open) {
      if (sent.told === null) sent.unknown += 1;
      else if (sent.told.status !== 'refused' && sent.expected !== 'duplicate' && !sent.twin) delivery.onStored();
    }
    if (open.some(({ told }) => told === null)) await delay(random.between(20, 300));
  }
}

/** One request. What it says of the events is written into them; what it does not say stays open. */
async function attempt(delivery: Delivery, open: readonly Sent[], mode: Mode, timeoutMs: number): Promise<void> {
  const texts = open.map(({ event }) => JSON.stringify(event));
  const body = mode === 'single' ? (texts[0] ?? '') : mode === 'batch' ? `[${texts.join(',')}]` : texts.join('\n');
  let status = 0;
  let answer = '';
  try {
    const response = await fetch(`${delivery.random.pick(delivery.ingests)}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': CONTENT_TYPES[mode] },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    status = response.status;
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) answer += decoder.decode(chunk as Uint8Array, { stream: true });
  } catch {
    // Lines that came whole before the connection broke count all the same.
    if (mode !== 'lines') return;
  }
  for (const { index, ...result } of resultsOf(mode, status, answer, open.length)) {
    const sent = open[index];
    if (sent !== undefined) sent.told = toTold(result);
  }
}

type Result = {
  readonly index: number;
  readonly status: string;
  readonly position?: string;
  readonly recordedAt?: string;
  readonly problem?: { readonly status: number; readonly code: string };
};

function resultsOf(mode: Mode, status: number, answer: string, count: number): readonly Result[] {
  if (mode === 'lines') {
    const whole = answer.split('\n').slice(0, -1);
    return status === 200 ? whole.map((line) => JSON.parse(line) as Result) : [];
  }
  if (status === 0 || status >= 500 || answer === '') return [];
  const json = JSON.parse(answer) as Result & { results?: readonly Result[]; code?: string };
  if (json.results !== undefined) return json.results;
  if (status < 300) return [{ ...json, index: 0 }];
  // Refused whole: each of them.
  const problem = { status, code: json.code ?? '' };
  return Array.from({ length: count }, (_, index) => ({ index, status: 'failed', problem }));
}

/** null where it says that the fate is not known. */
function toTold({ status, position = '', recordedAt = '', problem }: Omit<Result, 'index'>): Told | null {
  if (status === 'stored' || status === 'duplicate') return { status, recordedAt, position, ...placeIn(position) };
  if (problem === undefined || problem.status >= 500) return null;
  return { status: 'refused', http: problem.status, code: problem.code };
}

/** The one place that a write's position names: what is inside a position is described for testers. */
function placeIn(position: string): { partition: number; offset: number } {
  const [, , offsets] = JSON.parse(Buffer.from(position, 'base64url').toString()) as [1, string, (number | null)[]];
  const partition = offsets.findIndex((offset) => offset !== null);
  return { partition, offset: (offsets[partition] ?? 0) - 1 };
}
