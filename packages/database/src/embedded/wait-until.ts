/** Waiting is for a condition and has a deadline: for what the system gives no event for (another's process, a socket). */
import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 20;

/** True as soon as the condition holds, false after the deadline. */
export async function waitUntil(condition: () => boolean | Promise<boolean>, deadlineMs: number): Promise<boolean> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() >= end) return false;
    await delay(PAUSE_MS);
  }
}
