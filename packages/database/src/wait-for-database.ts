/**
 * Services start in any order: they wait for their database, not ready, without ending.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { isRetryable } from './is-retryable.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Resolves when the database answers. Rejects with the signal's reason when aborted, and at once with an error
 * that waiting can't mend (wrong password, no such database).
 */
export async function waitForDatabase(pool: pg.Pool, signal: AbortSignal): Promise<void> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    signal.throwIfAborted();
    try {
      await pool.query('select 1');
      return;
    } catch (error) {
      if (!isRetryable(error)) throw error;
    }
    // An aborted pause isn't an error of its own: the loop's check gives the signal's reason.
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}
