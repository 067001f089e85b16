/**
 * One connection a process that listens. A notification is a hint and nothing more: what is lost on a broken
 * connection is made good by whoever polls besides.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import type { Logger } from 'pino';

export type Notifications = {
  /** Gives back the connection. Idempotent. */
  close(): Promise<void>;
};

const firstPauseMs = 200;
const longestPauseMs = 5_000;

/** `onNotification` is also called with payload null after each (re)connect: anything may have been missed. */
export function listen(
  pool: Pool,
  channels: readonly string[],
  onNotification: (channel: string, payload: string | null) => void,
  logger: Pick<Logger, 'debug'>,
): Notifications {
  const closing = new AbortController();

  const hold = async (client: PoolClient): Promise<void> => {
    const lost = Promise.withResolvers<Error | undefined>();
    client.on('notification', ({ channel, payload }) => onNotification(channel, payload ?? null));
    client.once('error', (error) => lost.resolve(error));
    client.once('end', () => lost.resolve(new Error('the connection ended')));
    closing.signal.addEventListener('abort', () => lost.resolve(undefined), { once: true });
    let broken: Error | undefined;
    try {
      for (const channel of channels) await client.query(`listen ${channel}`);
      for (const channel of channels) onNotification(channel, null);
      if (closing.signal.aborted) return;
      broken = await lost.promise;
    } catch (error) {
      broken = error instanceof Error ? error : new Error(String(error));
    } finally {
      // A connection that listens is never given back for other work.
      client.release(broken ?? true);
    }
  };

  const run = async (): Promise<void> => {
    let pauseMs = firstPauseMs;
    while (!closing.signal.aborted) {
      try {
        await hold(await pool.connect());
        pauseMs = firstPauseMs;
      } catch (error) {
        logger.debug({ err: error }, 'listening failed');
      }
      await delay(pauseMs, undefined, { signal: closing.signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  };
  const done = run();
  return {
    async close() {
      closing.abort();
      await done;
    },
  };
}
