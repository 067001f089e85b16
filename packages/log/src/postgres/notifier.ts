/**
 * Tells other processes that the log has grown. After the commit and not in it: a NOTIFY inside a transaction makes all
 * such commits wait for each other. At most one is under way; what comes meanwhile is covered by the next.
 */
import type pg from 'pg';
import { CHANNEL } from './tail.ts';

export type Notifier = { notify(): void; close(): Promise<void> };

export function createNotifier(pool: pg.Pool): Notifier {
  let wanted = false;
  let running: Promise<void> | null = null;

  const run = async () => {
    while (wanted) {
      wanted = false;
      // Lost with the connection, it is made up for by the readers' polling.
      await pool.query(`notify ${CHANNEL}`).catch(() => undefined);
    }
    running = null;
  };

  return {
    notify() {
      wanted = true;
      running ??= run();
    },
    async close() {
      await running;
    },
  };
}
