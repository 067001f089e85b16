/**
 * Pauses between attempts: doubling from 50 ms, capped, with jitter so that processes that failed together
 * don't come back together. A pause ends at once when its signal is aborted.
 */
import { setTimeout as delay } from 'node:timers/promises';

export type Backoff = {
  /** Waits the next, longer pause; returns early, without an error, when aborted. */
  pause(signal?: AbortSignal): Promise<void>;
  /** After a success: the next pause is a short one again. */
  reset(): void;
};

const FIRST_MS = 50;

export function createBackoff(maxMs: number): Backoff {
  let nextMs = FIRST_MS;
  return {
    async pause(signal) {
      const ms = nextMs * (0.75 + Math.random() / 4);
      nextMs = Math.min(nextMs * 2, maxMs);
      await pause(ms, signal);
    },
    reset() {
      nextMs = FIRST_MS;
    },
  };
}

/** Resolves after `ms`, or when aborted. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
}
