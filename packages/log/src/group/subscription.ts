/**
 * One member of a group: takes its fair share of the partitions, runs a worker for each, gives back what is more than
 * its share, and begins anew by itself after the loss of the database. Ends only when stopped, or when the log itself is
 * found unfit.
 */
import type pg from 'pg';
import { createBackoff, pause } from '../backoff.ts';
import type { LogLogger } from '../logger.ts';
import type { LogFault, SubscribeOptions, Subscription } from '../port.ts';
import type { Follow } from './follow.ts';
import { openPartitionLocks, type PartitionLocks } from './partition-locks.ts';
import { type PartitionWorker, startPartitionWorker } from './partition-worker.ts';

const BALANCE_INTERVAL_MS = 500;
const MAX_PAUSE_MS = 2_000;

export type GroupDependencies = {
  readonly pool: pg.Pool;
  readonly follow: Follow;
  readonly partitions: number;
  readonly logger: LogLogger;
};

/** Starts at once; rejects never. */
export function startSubscription(dependencies: GroupDependencies, options: SubscribeOptions): Subscription {
  const { pool, follow, partitions, logger } = dependencies;
  const stopping = new AbortController();
  const workers = new Map<number, PartitionWorker>();
  const leaving = new Map<number, Promise<void>>();
  /** Something happened that the next look at the balance should not wait for. Short-lived: each race leaves a trace. */
  let changed = Promise.withResolvers<void>();
  let fatal: LogFault | undefined;
  stopping.signal.addEventListener('abort', () => changed.resolve(), { once: true });

  const assigned = () => [...workers.keys()].toSorted((a, b) => a - b);
  let announced = '';
  /** Wherever a change came from: partitions given back leave between two looks at the balance. */
  const announce = () => {
    const now = assigned();
    if (now.join() === announced) return;
    announced = now.join();
    options.onAssignment?.(now);
  };

  const take = ({ confirm }: PartitionLocks, partition: number) => {
    const onFatal = (fault: LogFault) => {
      fatal ??= fault;
      stopping.abort();
    };
    workers.set(partition, startPartitionWorker({ partition, follow, options, logger, confirm, onFatal }));
  };

  const giveBack = (locks: PartitionLocks, partition: number, worker: PartitionWorker) => {
    const leave = async () => {
      await worker.stop();
      workers.delete(partition);
      if (!locks.lost.aborted) await locks.unlock(partition).catch(() => undefined);
      leaving.delete(partition);
      changed.resolve();
    };
    leaving.set(partition, leave());
  };

  /** Every member aims at the same share, so that together they always want all partitions. */
  const balance = async (locks: PartitionLocks) => {
    const members = await locks.members();
    const share = stopping.signal.aborted ? 0 : Math.ceil(partitions / members);
    const kept = assigned().filter((partition) => !leaving.has(partition));
    for (const partition of kept.slice(share)) giveBack(locks, partition, workers.get(partition) as PartitionWorker);
    for (let partition = 0; partition < partitions && workers.size < share; partition++) {
      if (!workers.has(partition) && (await locks.tryLock(partition))) take(locks, partition);
    }
    announce();
  };

  const loseAll = async () => {
    if (workers.size === 0) return;
    await Promise.all([...[...workers.values()].map((worker) => worker.lose()), ...leaving.values()]);
    workers.clear();
    announce();
  };

  const onLost = () => {
    for (const worker of workers.values()) void worker.lose();
    changed.resolve();
  };

  const session = async () => {
    const locks = await openPartitionLocks(pool, options.group);
    locks.lost.addEventListener('abort', onLost);
    try {
      // Also while the last handlers finish: the heartbeat keeps their partitions ours until then.
      while (!locks.lost.aborted && !(stopping.signal.aborted && workers.size === 0)) {
        changed = Promise.withResolvers<void>();
        await balance(locks);
        const waiting = new AbortController();
        await Promise.race([changed.promise, pause(BALANCE_INTERVAL_MS, waiting.signal)]);
        waiting.abort();
      }
    } finally {
      locks.lost.removeEventListener('abort', onLost);
      await loseAll();
      await locks.close();
    }
  };

  const run = async () => {
    const backoff = createBackoff(MAX_PAUSE_MS);
    while (!stopping.signal.aborted) {
      try {
        await session();
        backoff.reset();
      } catch (error) {
        logger.warn({ err: error, group: options.group }, 'the group could not be joined, or was lost');
      }
      await backoff.pause(stopping.signal);
    }
    if (fatal) throw fatal;
  };

  const ended = run();
  // Whoever looks at `ended` gets the rejection; it must not end the process of one who doesn't.
  ended.catch(() => undefined);
  return {
    async stop() {
      stopping.abort();
      await ended.catch(() => undefined);
    },
    ended,
    assigned,
  };
}
