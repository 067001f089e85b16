/**
 * Delivers one partition to its handler as long as this member owns it: one batch after the other, from where the
 * handler itself says it stands, again from there after every failure.
 */
import { createBackoff } from '../backoff.ts';
import type { LogLogger } from '../logger.ts';
import type { SubscribeOptions } from '../port.ts';
import { LogFault } from '../port.ts';
import type { Follow } from './follow.ts';

const MAX_PAUSE_MS = 5_000;

export type PartitionWorker = {
  /** No further batch; the one in progress is let finish. Resolves when it has. */
  stop(): Promise<void>;
  /** As `stop`, and tells the handler in progress that the partition is no longer ours. */
  lose(): Promise<void>;
};

export type PartitionWork = {
  readonly partition: number;
  readonly follow: Follow;
  readonly options: SubscribeOptions;
  readonly logger: LogLogger;
  /** Rejects where the partition is no longer this member's. */
  readonly confirm: () => Promise<void>;
  /** Called with a fault that no retry can heal; the worker has ended then. */
  readonly onFatal: (fault: LogFault) => void;
};

export function startPartitionWorker(work: PartitionWork): PartitionWorker {
  const { partition, follow, options, logger, confirm, onFatal } = work;
  const stopping = new AbortController();
  const lost = new AbortController();
  const backoff = createBackoff(MAX_PAUSE_MS);
  let failing = false;

  const deliver = async () => {
    // One that was frozen and wakes here must not take the partition back from its new owner.
    await confirm();
    const start = await options.startOf(partition);
    for await (const batch of follow(partition, start, options.maxRecords, stopping.signal)) {
      if (stopping.signal.aborted) return;
      await options.handle(batch, lost.signal);
      backoff.reset();
      failing = false;
    }
  };

  const run = async () => {
    while (!stopping.signal.aborted) {
      try {
        await deliver();
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (error instanceof LogFault && !error.retryable) {
          onFatal(error);
          return;
        }
        // One line an outage, not one an attempt.
        const write = failing ? logger.debug : logger.warn;
        write.call(logger, { err: error, group: options.group, partition }, 'a batch will be delivered again');
        failing = true;
        await backoff.pause(stopping.signal);
      }
    }
  };

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
    async lose() {
      lost.abort();
      stopping.abort();
      await running;
    },
  };
}
