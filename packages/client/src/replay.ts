/** The raw log as it stands at the start of the call, an event at a time, at the caller's speed; resumable by position. */
import { ConnectionError } from './errors.ts';
import { type Filters, toHeaders, toQuery } from './parameters.ts';
import { readJsonLines } from './read-json-lines.ts';
import { pause, retryDelayMs } from './retry-delay.ts';
import type { EventItem } from './shapes.ts';
import type { Transport } from './transport.ts';

export type ReplayOptions = Filters & {
  /** Position, `earliest` (the default) or an RFC 3339 time. */
  readonly after?: string;
  /** Position or time to stop at; the end of the log at the start of the call by default. */
  readonly until?: string;
  readonly minPosition?: string;
  readonly waitSeconds?: number;
  readonly signal?: AbortSignal;
};

export type Replay = AsyncIterable<EventItem> & {
  /** Right after the event at hand; at the end, the end of the range. null before the first event. */
  readonly position: string | null;
};

const MAX_FAILURES = 5;

/** A connection that breaks is taken up again after the last event, up to the same end. */
export function createReplay(transport: Transport, options: ReplayOptions): Replay {
  const { signal } = options;
  let position: string | null = null;
  let until: string | undefined = options.until;
  let failed = 0;

  async function* read(): AsyncGenerator<EventItem> {
    const stream = await transport.open({
      method: 'GET',
      path: '/v1/events',
      query: { ...toQuery(options), after: position ?? options.after ?? 'earliest', until },
      headers: { accept: 'application/x-ndjson', ...toHeaders(options) },
      signal,
    });
    // What the view held when the answer began: the range's end, also for the connections after this one.
    until ??= stream.headers.get('ledgerline-position') ?? undefined;
    try {
      for await (const line of readJsonLines(stream.body)) {
        const item = line as EventItem;
        failed = 0;
        position = item.position;
        yield item;
      }
    } finally {
      stream.close();
    }
  }

  return {
    get position() {
      return position;
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        try {
          yield* read();
          position = until ?? position;
          return;
        } catch (error) {
          signal?.throwIfAborted();
          failed += 1;
          if (!(error instanceof ConnectionError) || failed > MAX_FAILURES) throw error;
          await pause(retryDelayMs(failed, null), signal);
        }
      }
    },
  };
}
