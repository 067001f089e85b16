/**
 * The writing side of a log, the same for both adapters: index, rounds, and what joins them.
 */
import type pg from 'pg';
import type { LogLogger } from '../logger.ts';
import type { LogMetrics } from '../metrics.ts';
import { partitionOf } from '../murmur2.ts';
import type { EventLog, Rehearsal, SubjectRule } from '../port.ts';
import { LogFault } from '../port.ts';
import { createExpectation } from './expectation.ts';
import { createLaneHolds, defaultHoldLimits, type HoldLimits } from './lane-hold.ts';
import type { LaneWriter } from './lane-writer.ts';
import { createLogIndex, type IndexedLog } from './log-index.ts';
import { createRehearsal } from './rehearse.ts';
import { createRounds, defaultRoundLimits, type RoundLimits } from './rounds.ts';

export type WriterOptions<E, S, R> = {
  readonly rule: SubjectRule<E, S, R>;
  readonly limits?: Partial<RoundLimits>;
  readonly holdLimits?: Partial<HoldLimits>;
};

export type Appender<E, R> = {
  readonly append: EventLog<E, R>['append'];
  readonly rehearse: EventLog<E, R>['rehearse'];
  /** Rejects with a retryable `LogFault` while the index is behind the log. */
  ready(): Promise<void>;
  close(): Promise<void>;
};

export type AppenderDependencies = {
  readonly pool: pg.Pool;
  readonly logger: LogLogger;
  readonly metrics: LogMetrics;
  readonly writer: LaneWriter;
  readonly log: Pick<EventLog, 'describe' | 'ends' | 'read'> & Pick<IndexedLog, 'identify'>;
  readonly onWritten?: () => void;
};

const READY_TIMEOUT_MS = 1_000;
const NOT_REACHED = 'the log could not be reached: nothing was stored';

export function createAppender<E, S, R>(
  { pool, logger, metrics, writer, log, onWritten }: AppenderDependencies,
  { rule, limits, holdLimits }: WriterOptions<E, S, R>,
): Appender<E, R> {
  const { synchronousCommit, adapter } = writer;
  const suspect = new Set<number>();
  let partitions = 0;
  let learning: Promise<void> | null = null;
  /** Which partition a record belongs to is known once the log is; shared, so that first calls keep their order. */
  const learnPartitions = async (): Promise<void> => {
    try {
      ({ partitions } = await log.describe());
    } finally {
      learning = null;
    }
  };
  const index = createLogIndex(
    { pool, rule, synchronousCommit, embedded: adapter === 'postgres', metrics, ends: log.ends, read: log.read },
    { adapter, identify: log.identify, ends: log.ends },
    logger,
  );
  const shared = {
    pool,
    rule,
    writer,
    logId: () => index.ready(),
    partitionOf: (subject: string) => partitionOf(subject, partitions),
    async catchUp(behind: readonly number[]) {
      await index.catchUp(behind);
      for (const partition of behind) suspect.delete(partition);
    },
    onIndexMissing: () => index.invalidate(),
  };
  const holds = createLaneHolds(pool, { ...defaultHoldLimits, ...holdLimits }, (behind) => {
    metrics.countRetry('fault');
    for (const partition of behind) suspect.add(partition);
  });
  const rounds = createRounds<E, S, R>(
    {
      ...shared,
      metrics,
      suspect,
      expectation: createExpectation(),
      holds,
      onWritten: onWritten ?? (() => undefined),
    },
    { ...defaultRoundLimits, ...limits },
  );
  const knowPartitions = async (deadlineMs: number): Promise<void> => {
    learning ??= learnPartitions();
    await within(learning, deadlineMs, NOT_REACHED);
  };
  return {
    append(records, options) {
      if (partitions > 0) return rounds.append(records, options);
      return knowPartitions(options.deadlineMs).then(() => rounds.append(records, options));
    },
    rehearse(): Rehearsal<E, R> {
      const rehearsal = createRehearsal<E, S, R>(shared);
      return {
        async append(records, options) {
          if (partitions === 0) await knowPartitions(options.deadlineMs);
          return await rehearsal.append(records, options);
        },
      };
    },
    async ready() {
      await within(index.ready(), READY_TIMEOUT_MS, 'the index of the log is being brought up to its end');
    },
    async close() {
      await rounds.close();
      await holds.close();
    },
  };
}

/** What it waits for goes on by itself; its later failure is somebody else's to report. */
async function within<T>(work: Promise<T>, timeoutMs: number, message: string): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new LogFault('log-unavailable', message, { retryable: true })), timeoutMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
