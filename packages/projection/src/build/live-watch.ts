/** Notices that another generation is live: at once where this process promoted it, within a moment otherwise. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Generation } from '../generation.ts';
import { findLive } from './live-generation.ts';

export type LiveWatch = {
  /** Look now. */
  poke(): void;
  /** Resolves when another generation than this is live, or when aborted. */
  moved(from: Generation, signal: AbortSignal): Promise<void>;
  /** Resolves at the next poke. */
  poked(): Promise<void>;
  /** Resolves at the next poke, or after a moment. */
  pause(signal: AbortSignal): Promise<void>;
};

const pollMs = 500;

export function createLiveWatch(pool: Pool): LiveWatch {
  let poked = Promise.withResolvers<void>();
  const pause = async (signal: AbortSignal): Promise<void> => {
    const waiting = new AbortController();
    const stop = AbortSignal.any([waiting.signal, signal]);
    await Promise.race([poked.promise, delay(pollMs, undefined, { signal: stop }).catch(() => undefined)]);
    waiting.abort();
  };
  return {
    poke() {
      poked.resolve();
      poked = Promise.withResolvers();
    },
    poked: async () => await poked.promise,
    pause,
    async moved(from, signal) {
      while (!signal.aborted) {
        // A database that is away says nothing of generations.
        const live = await findLive(pool, from.view).catch(() => from);
        if (live !== null && live.generation !== from.generation) return;
        await pause(signal);
      }
    },
  };
}
