/**
 * A stream that goes on for ever: cut, dropped or told `bye`, it connects again and goes on right after the last item
 * it handed over, so nothing is missed and nothing comes twice. It ends when the caller leaves the loop or aborts,
 * and fails where trying again can't help (a refused key, a position of another log).
 */
import { ConnectionError, ProblemError, UnexpectedAnswerError } from './errors.ts';
import { type Filters, toQuery } from './parameters.ts';
import { readJsonLines } from './read-json-lines.ts';
import { pause, retryDelayMs } from './retry-delay.ts';
import type { Change, EventItem, Rebuilt } from './shapes.ts';
import type { StreamedAnswer, Transport } from './transport.ts';

export type SubscriptionStatus = 'connecting' | 'catching-up' | 'live' | 'reconnecting' | 'closed';

/** What can't be had (records, or what became different claim by claim); what follows goes on after it. */
export type Gap = Readonly<Record<string, unknown>>;

export type SubscribeOptions = Omit<Filters, 'from'> & {
  /** Where it begins: a position, `earliest`, `latest` (the default) or an RFC 3339 time. */
  readonly from?: string;
  /** Filters may stand here as well; `from` of a date only here. */
  readonly filters?: Filters;
  /** `changes`: what became different for a reader, once a read would show it. */
  readonly deliver?: 'events' | 'changes';
  readonly onGap?: (gap: Gap) => void;
  readonly onStatus?: (status: SubscriptionStatus) => void;
  readonly signal?: AbortSignal;
  /** Silence after which a connection is given up; 45 s by default: the server is never silent for longer than 15 s. */
  readonly watchdogMs?: number;
};

export type Subscription<T> = AsyncIterable<T> & {
  /** Right after the item at hand: good for `from` of another subscription. null before the first word from the server. */
  readonly position: string | null;
  readonly status: SubscriptionStatus;
};

type Frame = { readonly event: string; readonly id?: string | null; readonly data?: unknown };
type Item<O> = O extends { readonly deliver: 'changes' } ? Change | Rebuilt : EventItem;

const WATCHDOG_MS = 45_000;

/** Everything before `position` has come, `item` last; null where a filter left nothing, or only the state changed. */
export type Step<T> = { readonly item: T | null; readonly position: string };

/** May be iterated once. */
export function createSubscription<O extends SubscribeOptions>(
  transport: Transport,
  options: O,
): Subscription<Item<O>> {
  let position: string | null = null;
  let status: SubscriptionStatus = 'connecting';
  const onStatus = (next: SubscriptionStatus) => {
    status = next;
    options.onStatus?.(next);
  };
  return {
    get position() {
      return position;
    },
    get status() {
      return status;
    },
    async *[Symbol.asyncIterator]() {
      for await (const step of followStream<Item<O>>(transport, { ...options, onStatus })) {
        ({ position } = step);
        if (step.item !== null) yield step.item;
      }
    },
  };
}

/** The stream as steps, those without an item included. */
export async function* followStream<T>(transport: Transport, options: SubscribeOptions): AsyncGenerator<Step<T>> {
  const { from = 'latest', onGap, onStatus, watchdogMs = WATCHDOG_MS, signal, filters = {}, ...asked } = options;
  let position: string | null = null;
  let failed = 0;

  const connect = async (): Promise<StreamedAnswer> =>
    await transport.open({
      method: 'GET',
      path: '/v1/stream',
      query: { ...toQuery(asked), ...toQuery(filters), after: position ?? from },
      headers: { accept: 'application/x-ndjson' },
      signal,
      retries: 0,
    });

  /** The steps of one connection, until it ends however it may. */
  async function* follow(stream: StreamedAnswer): AsyncGenerator<Step<T>> {
    const watchdog = createWatchdog(watchdogMs, () => stream.close());
    try {
      for await (const line of readJsonLines(stream.body, { onWait: watchdog.start, onBytes: watchdog.stop })) {
        failed = 0;
        const { event, id, data } = line as Frame;
        if (event === 'gap') onGap?.((data ?? {}) as Gap);
        if (typeof id === 'string') {
          position = id;
          yield { position, item: event === 'message' && data ? (data as T) : null };
        }
        if (event === 'caught-up') onStatus?.('live');
      }
    } finally {
      watchdog.stop();
      stream.close();
    }
  }

  onStatus?.('connecting');
  try {
    for (;;) {
      try {
        const stream = await connect();
        onStatus?.('catching-up');
        yield* follow(stream);
      } catch (error) {
        signal?.throwIfAborted();
        if (!isPassing(error)) throw error;
      }
      onStatus?.('reconnecting');
      await pause(retryDelayMs(failed++, null), signal);
    }
  } finally {
    onStatus?.('closed');
  }
}

/** What another attempt may not meet again. */
function isPassing(error: unknown): boolean {
  if (error instanceof ProblemError) return error.status === 429 || error.status === 503;
  if (error instanceof UnexpectedAnswerError) return error.status >= 500;
  return error instanceof ConnectionError;
}

function createWatchdog(timeoutMs: number, bark: () => void): { start: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => clearTimeout(timer);
  return {
    stop,
    start() {
      stop();
      timer = setTimeout(bark, timeoutMs);
    },
  };
}
