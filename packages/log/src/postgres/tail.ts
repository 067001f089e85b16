/**
 * Tells followers of the embedded log that a partition has grown: by NOTIFY where it comes through, and by looking every
 * half second besides, since a notification is only a hint. Works only while somebody waits.
 */
import type pg from 'pg';
import { pause } from '../backoff.ts';
import { openClient } from '../group/partition-locks.ts';
import type { LogLogger } from '../logger.ts';
import { selectEnds } from './read-events.ts';

export const CHANNEL = 'ledgerline_log';
const POLL_INTERVAL_MS = 400;
/** Between two looks, however many notifications there are. */
const LOOK_INTERVAL_MS = 5;

export type Tail = {
  /** Resolves when the partition's end is beyond `offset`, or when aborted. */
  grownBeyond(partition: number, offset: number, signal: AbortSignal): Promise<void>;
  /** There may be something new. */
  poke(): void;
  close(): Promise<void>;
};

type Waiter = { readonly partition: number; readonly offset: number; readonly resolve: () => void };

export function createTail(pool: pg.Pool, logger: LogLogger): Tail {
  const waiters = new Set<Waiter>();
  let watching: Promise<void> | null = null;
  let listener: pg.Client | null = null;
  let hint = Promise.withResolvers<void>();
  const closing = new AbortController();

  const listen = async () => {
    const client = openClient(pool, 'ledgerline log tail');
    listener = client;
    const forget = () => {
      if (listener === client) listener = null;
    };
    client.on('error', forget);
    client.on('end', forget);
    client.on('notification', () => hint.resolve());
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
    } catch (error) {
      forget();
      await client.end().catch(() => undefined);
      logger.debug({ err: error }, 'no notifications of the log for now: polling');
    }
  };

  const look = async () => {
    try {
      const ends = await selectEnds(pool);
      for (const waiter of waiters) if ((ends[waiter.partition] ?? 0) > waiter.offset) waiter.resolve();
    } catch (error) {
      logger.debug({ err: error }, 'the ends of the log could not be read');
    }
  };

  const watch = async () => {
    while (waiters.size > 0 && !closing.signal.aborted) {
      if (!listener) await listen();
      hint = Promise.withResolvers<void>();
      await look();
      const polling = new AbortController();
      await Promise.race([hint.promise, pause(POLL_INTERVAL_MS, polling.signal)]);
      polling.abort();
      await pause(LOOK_INTERVAL_MS);
    }
    watching = null;
  };

  return {
    async grownBeyond(partition, offset, signal) {
      if (signal.aborted || closing.signal.aborted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const leave = () => resolve();
      const waiter = { partition, offset, resolve: leave };
      signal.addEventListener('abort', leave, { once: true });
      waiters.add(waiter);
      hint.resolve();
      watching ??= watch();
      await promise;
      waiters.delete(waiter);
      signal.removeEventListener('abort', leave);
    },
    poke: () => hint.resolve(),
    async close() {
      closing.abort();
      hint.resolve();
      for (const waiter of waiters) waiter.resolve();
      await watching;
      await listener?.end().catch(() => undefined);
    },
  };
}
