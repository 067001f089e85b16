/**
 * A subscriber that stays from the beginning of a trial to its end: what it gets is each event, or each change, once and
 * in the order of its partition. It notes where the connection was not kept, and goes on from its position.
 */
import type { Findings } from './findings.ts';
import { offsetsOf } from './steady-readers.ts';
import { pause } from './trial-system.ts';

export type SteadyStream = {
  /** `source id`, in the order received. */
  readonly received: readonly string[];
  /** The position it has come to; null where none was told yet. */
  position(): string | null;
  stop(): Promise<void>;
};

type Frame = { readonly event: string; readonly id: string | null; readonly data: unknown };
type Item = { readonly event: { readonly source: string; readonly id: string } };

/** @param parameters of `/v1/stream`, without `after` */
export function startSteadyStream(
  baseUrl: string,
  name: string,
  parameters: string,
  after: string,
  findings: Findings,
): SteadyStream {
  const received: string[] = [];
  const seen = new Set<string>();
  const stopping = new AbortController();
  let position: string | null = null;
  /** A connection lives an hour at most, and says so. */
  let isOver = false;

  const take = ({ event, id, data }: Frame): void => {
    if (id !== null) {
      const before = position === null ? [] : offsetsOf(position);
      const now = offsetsOf(id);
      if (before.some((offset, partition) => (now[partition] ?? 0) < (offset ?? 0))) {
        findings.wrong('stream', `${name} went back: ${now} after ${before}`);
      }
      position = id;
    }
    if (event === 'message') {
      const { source, id: eventId } = (data as Item).event;
      const key = `${source} ${eventId}`;
      if (seen.has(key)) findings.wrong('stream', `${name} got ${key} twice`);
      seen.add(key);
      received.push(key);
    } else if (event === 'bye' && (data as { readonly reason?: string }).reason === 'max-age') {
      isOver = true;
    } else if (event !== 'caught-up' && event !== 'position') {
      findings.wrong('stream', `${name} was told ${event}: ${JSON.stringify(data)}`);
    }
  };

  const follow = async (): Promise<void> => {
    const from = position ?? after;
    isOver = false;
    const response = await fetch(`${baseUrl}/v1/stream?${parameters}&after=${from}`, {
      headers: { accept: 'application/x-ndjson' },
      signal: stopping.signal,
    });
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') take(JSON.parse(line) as Frame);
    }
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      let why = 'it ended';
      await follow().catch((error: unknown) => {
        why = String(error);
      });
      if (stopping.signal.aborted) return;
      if (isOver) findings.count('streams taken up after an hour');
      else findings.wrong('stream', `${name} was not kept: ${why}`);
      await pause(200);
    }
  };
  const running = run();
  return {
    received,
    position: () => position,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
