/**
 * A view of one's own, folded from the stream. What is saved is always a state and the position it is of, in one write,
 * so it may be ended at any moment and goes on from what was saved. A new `version` of the fold, or another log behind
 * the same address, folds anew from the start.
 */
import { ProblemError } from '../errors.ts';
import type { Filters } from '../parameters.ts';
import { pause } from '../retry-delay.ts';
import type { EventItem } from '../shapes.ts';
import { followStream, type Gap } from '../subscription.ts';
import type { Transport } from '../transport.ts';
import { hasReached } from './position.ts';
import type { ViewStore } from './view-store.ts';

export type LocalViewStatus = 'catching-up' | 'live' | 'stale' | 'closed';

export type LocalViewOptions<S> = {
  readonly initial: () => S;
  /**
   * The state after `item`: the one it was given, altered, or another. It looks at nothing else: the same events must give
   * the same state, whenever and however often they are folded.
   */
  readonly apply: (state: S, item: EventItem) => S;
  /** To be raised whenever `apply` or `initial` would give something else. */
  readonly version: number;
  readonly store: ViewStore<S>;
  /** Which events are folded; another filter is another `version`. */
  readonly filters?: Filters;
  readonly onStatus?: (status: LocalViewStatus) => void;
  readonly onGap?: (gap: Gap) => void;
  /** The shortest time between two saves while events come in; 1 s by default. */
  readonly saveEveryMs?: number;
  readonly watchdogMs?: number;
};

export type LocalView<S> = {
  readonly state: S;
  /** Of `state`; null before the first word from the server. */
  readonly position: string | null;
  /** `stale`: not connected, so events may be missing that others see. */
  readonly status: LocalViewStatus;
  /** Folds and saves until `close`; rejects where it can't go on (a refused key, a store or `apply` that throws). */
  readonly ended: Promise<void>;
  /** Resolves when `state` holds everything before the position, such as that of a write. */
  until(position: string, signal?: AbortSignal): Promise<void>;
  /** Resolves when what was folded is saved. */
  close(): Promise<void>;
};

const SAVE_EVERY_MS = 1_000;

export function createLocalView<S>(transport: Transport, options: LocalViewOptions<S>): LocalView<S> {
  const { initial, apply, version, store, filters = {}, onGap, onStatus, watchdogMs } = options;
  const { saveEveryMs = SAVE_EVERY_MS } = options;
  const closing = new AbortController();
  const waiting = new Set<() => void>();
  let state = initial();
  let position: string | null = null;
  let savedPosition: string | null = null;
  /** Whether `state` is that of `position`: not where `apply` threw half-way. */
  let isWhole = true;
  let status: LocalViewStatus = 'catching-up';

  const become = (next: LocalViewStatus) => {
    if (status === next || status === 'closed') return;
    status = next;
    onStatus?.(next);
  };

  const advance = (to: string) => {
    position = to;
    for (const wake of waiting) wake();
  };

  const load = async () => {
    const saved = await store.load();
    if (saved?.version !== version) return;
    ({ state } = saved);
    savedPosition = saved.position;
    advance(saved.position);
  };

  /** One save at a time, of what is folded when it begins. */
  const save = async () => {
    if (!isWhole || position === null || position === savedPosition) return;
    const at = position;
    await store.save({ version, position: at, state });
    savedPosition = at;
  };

  const saveNowAndThen = async () => {
    while (!closing.signal.aborted) {
      await save();
      await pause(saveEveryMs, closing.signal).catch(() => undefined);
    }
  };

  const fold = async () => {
    const steps = followStream<EventItem>(transport, {
      filters,
      from: position ?? 'earliest',
      signal: closing.signal,
      ...(onGap && { onGap }),
      ...(watchdogMs !== undefined && { watchdogMs }),
      onStatus: (to) => {
        if (to === 'live' || to === 'catching-up') become(to);
        if (to === 'reconnecting') become('stale');
      },
    });
    for await (const step of steps) {
      isWhole = false;
      if (step.item !== null) state = apply(state, step.item);
      isWhole = true;
      advance(step.position);
    }
  };

  const run = async () => {
    await load();
    const saving = saveNowAndThen();
    try {
      for (;;) {
        try {
          await Promise.race([fold(), saving]);
          return;
        } catch (error) {
          if (closing.signal.aborted) return;
          if (!isOtherLog(error) || position === null) throw error;
          state = initial();
          position = null;
          become('catching-up');
        }
      }
    } finally {
      closing.abort();
      await saving;
      await save();
      become('closed');
      for (const wake of waiting) wake();
    }
  };

  const ended = run();
  ended.catch(() => undefined);
  return {
    get state() {
      return state;
    },
    get position() {
      return position;
    },
    get status() {
      return status;
    },
    ended,
    async until(wanted, signal) {
      const isThere = () => position !== null && hasReached(position, wanted);
      while (!isThere()) {
        if (status === 'closed') throw new Error('the view is closed');
        const moved = Promise.withResolvers<void>();
        const onAbort = () => moved.reject(signal?.reason);
        waiting.add(moved.resolve);
        signal?.addEventListener('abort', onAbort, { once: true });
        try {
          signal?.throwIfAborted();
          await moved.promise;
        } finally {
          waiting.delete(moved.resolve);
          signal?.removeEventListener('abort', onAbort);
        }
      }
    },
    async close() {
      closing.abort();
      await ended.catch(() => undefined);
    },
  };
}

/** What was saved is of a log that this server does not have. */
function isOtherLog(error: unknown): boolean {
  return error instanceof ProblemError && (error.code === 'bad-position' || error.code === 'position-ahead');
}
