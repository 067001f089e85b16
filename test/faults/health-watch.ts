/**
 * How long the system takes to be whole again: from the end of the last fault to the moment when every process is ready
 * and a write has been stored and is shown by every view.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { ChaosSystem } from './chaos-system.ts';

export type HealthWatch = {
  /** A fault is over: from here on it heals. */
  faultEnded(): void;
  /** Faults that are going on now. */
  faultBegan(): void;
  /** Resolves when the system is whole. Rejects with what is missing when it is not in time. */
  whole(timeoutMs: number): Promise<void>;
  longestMs(): number;
  stop(): Promise<void>;
};

export type Probe = () => Promise<string | null>;

const PAUSE_MS = 250;
const PAUSE_WHILE_WHOLE_MS = 1_000;
const VIEW_PATHS = ['/v1/events?limit=1', '/v1/timeline?limit=1', '/v1/statistics/series?limit=1'];
const ASK_TIMEOUT_MS = 6_000;

/** @param write stores an event of its own; its position, or null where it was not stored in time */
export function watchHealth(system: ChaosSystem, write: Probe): HealthWatch {
  let sinceMs: number | null = performance.now();
  let active = 0;
  let lastEndMs = performance.now();
  let longestMs = 0;
  let stopped = false;
  let isFirst = true;
  let missing = 'nothing was asked yet';
  let healed = Promise.withResolvers<void>();

  const isWhole = async (): Promise<boolean> => {
    if (!(await system.isReady())) {
      const all = await Promise.all(
        [...system.services.values()].map(async (one) => ((await one.isReady()) ? '' : one.name)),
      );
      missing = `not ready: ${all.filter((name) => name !== '').join(', ')}`;
      return false;
    }
    const position = await write();
    if (position === null) {
      missing = 'a write was not stored';
      return false;
    }
    const shown = await Promise.all(VIEW_PATHS.map(async (path) => await isShown(system, path, position)));
    missing = `not shown by ${VIEW_PATHS.filter((_, index) => !shown[index]).join(', ')}`;
    return shown.every(Boolean);
  };

  const watch = async () => {
    while (!stopped) {
      const since = sinceMs;
      const end = lastEndMs;
      const whole = active === 0 && (await isWhole());
      // Asked while a fault came or went, it says nothing.
      if (active === 0 && end === lastEndMs) {
        if (whole && since !== null) {
          // The first start is no healing.
          if (!isFirst) longestMs = Math.max(longestMs, performance.now() - since);
          isFirst = false;
          sinceMs = null;
          healed.resolve();
        } else if (!whole && since === null) {
          // Some faults are felt only a moment after they are over.
          sinceMs = end;
          healed = Promise.withResolvers();
        }
      }
      await delay(sinceMs === null ? PAUSE_WHILE_WHOLE_MS : PAUSE_MS);
    }
  };
  const watching = watch();

  return {
    faultBegan() {
      active += 1;
      if (sinceMs === null) healed = Promise.withResolvers();
      sinceMs = performance.now();
    },
    faultEnded() {
      active -= 1;
      lastEndMs = performance.now();
      sinceMs = lastEndMs;
    },
    async whole(timeoutMs) {
      const late = new AbortController();
      const timeout = delay(timeoutMs, undefined, { signal: late.signal }).then(() => {
        throw new Error(`the system is not whole after ${timeoutMs} ms: ${missing}`);
      });
      timeout.catch(() => undefined);
      await Promise.race([healed.promise, timeout]);
      late.abort();
    },
    longestMs: () => longestMs,
    async stop() {
      stopped = true;
      await watching;
    },
  };
}

async function isShown({ query }: ChaosSystem, path: string, position: string): Promise<boolean> {
  try {
    const response = await fetch(`${query.baseUrl}${path}&minPosition=${position}`, {
      headers: { prefer: 'wait=5' },
      signal: AbortSignal.timeout(ASK_TIMEOUT_MS),
    });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}
