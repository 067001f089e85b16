/**
 * Carries out requests on parked records in the partitions this process holds, as they come: told by a notification, found
 * by looking once a second. What a process finds parked in a partition it gains for the first time it tries again by
 * itself: a newer program may know what an older one could not read.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { readSql } from '@ledgerline/database';
import type { Logger } from 'pino';
import type { Target } from './apply-chunk.ts';
import type { BatchHandler } from './batch-handler.ts';
import { FencedError } from './checkpoint.ts';
import type { ProjectionMetrics } from './metrics.ts';
import { listen } from './notifications.ts';
import { type Settled, settleNextRequest } from './settle-parked.ts';

export type ParkedRequests = {
  /** Lets the request under way finish, and gives back its connection. Idempotent. */
  stop(): Promise<void>;
};

type Options = Target & {
  readonly handler: Pick<BatchHandler, 'epochs'>;
  readonly metrics: ProjectionMetrics;
  readonly logger: Logger;
};

const sql = {
  retryFailed: readSql(new URL('./sql/request-retries.sql', import.meta.url)),
  partitions: readSql(new URL('./sql/read-requested-partitions.sql', import.meta.url)),
};
const pollMs = 1_000;

/** Begins at once; rejects never. */
export function followParkedRequests(options: Options): ParkedRequests {
  const { pool, generation, handler, metrics, logger } = options;
  const { view, generation: number } = generation;
  const stopping = new AbortController();
  const retried = new Set<number>();
  let hint = Promise.withResolvers<void>();
  const notifications = listen(pool, ['ledgerline_parked'], () => hint.resolve(), logger);

  const settle = async (partition: number): Promise<void> => {
    for (;;) {
      const epoch = handler.epochs().get(partition);
      if (epoch === undefined || stopping.signal.aborted) return;
      const settled = await settleNextRequest(options, { partition, epoch });
      if (settled === null) return;
      metrics.settled(partition, settled);
      report(logger, partition, settled);
    }
  };

  const look = async (): Promise<void> => {
    const held = [...handler.epochs().keys()];
    const gained = held.filter((partition) => !retried.has(partition));
    if (gained.length > 0) await pool.query(sql.retryFailed, [view, number, gained]);
    for (const partition of gained) retried.add(partition);
    if (held.length === 0) return;
    const { rows } = await pool.query<{ partition: number }>(sql.partitions, [view, number, held]);
    for (const { partition } of rows) await settle(partition);
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      hint = Promise.withResolvers<void>();
      let next: Promise<unknown> = hint.promise;
      try {
        await look();
      } catch (error) {
        // The partition's new owner finds the request where it is.
        if (error instanceof FencedError) metrics.fenced();
        else logger.warn({ err: error }, 'a request on a parked record waits');
        // Only time helps: a hint would be one of its own.
        next = Promise.withResolvers<never>().promise;
      }
      const over = new AbortController();
      const pause = delay(pollMs, undefined, { signal: AbortSignal.any([stopping.signal, over.signal]) });
      await Promise.race([next, pause.catch(() => undefined)]);
      over.abort();
    }
  };

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await Promise.all([running, notifications.close()]);
    },
  };
}

function report(logger: Logger, partition: number, { id, action, applied, failed }: Settled): void {
  logger.info({ parked: id, partition, action, applied }, 'a request on a parked record was carried out');
  for (const { record, reason, message } of failed) {
    logger.warn({ partition, offset: record.offset, reason, detail: message }, 'a record stays parked');
  }
}
