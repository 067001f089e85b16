/** A topic that lives in memory, and stops a writer where a test wants it to: what a round meets, moment by moment. */
import { setImmediate as turn } from 'node:timers/promises';
import { quietLogger } from '@ledgerline/testkit';
import type pg from 'pg';
import { type Appender, createAppender } from '../src/append/appender.ts';
import type { HoldLimits } from '../src/append/lane-hold.ts';
import type { LaneWriter, PlannedBatch } from '../src/append/lane-writer.ts';
import { createLogMetrics } from '../src/metrics.ts';
import type { LogRecord } from '../src/port.ts';
import { type TestEvent, type TestRefusal, testRule } from './contract/test-events.ts';

export type MemoryTopic = {
  readonly records: readonly LogRecord[][];
  /** An appender of its own, as a process has one. */
  open(pool: pg.Pool, holdLimits?: Partial<HoldLimits>): Appender<TestEvent, TestRefusal>;
  /** Each write waits for a `pass`. */
  stop(): void;
  /** Resolves when a write stands still. */
  reached(): Promise<void>;
  /** Lets the one through that stands still. */
  pass(): void;
  go(): void;
  /** Of another producer. */
  put(partition: number, content: string): void;
};

export function createMemoryTopic(partitions: number): MemoryTopic {
  const records: LogRecord[][] = Array.from({ length: partitions }, () => []);
  const waiting: (() => void)[] = [];
  let stopped = false;
  const description = { logId: 'memory', partitions };
  const ends = () => Promise.resolve(records.map(({ length }) => length));

  const put = (partition: number, key: string | null, content: string, appended: boolean): void => {
    const list = records[partition] ?? [];
    const recordedAt = new Date().toISOString();
    list.push({ partition, offset: list.length, recordedAt, key, value: Buffer.from(content), appended });
  };

  const land = ({ partition, offset, records: planned }: PlannedBatch) => {
    const isThere = records[partition]?.length === offset;
    // Elsewhere than promised it is void, and takes up its place all the same.
    for (const { subject, content } of planned) put(partition, subject, isThere ? content : 'void', isThere);
    const recordedAt = records[partition]?.at(-1)?.recordedAt ?? '';
    return { isThere, written: { partition, offset, recordedAt } };
  };

  const writer: LaneWriter = {
    adapter: 'kafka',
    synchronousCommit: 'off',
    ends,
    async write(_client, batches) {
      if (stopped) await new Promise<void>((resolve) => waiting.push(resolve));
      const landed = batches.map(land);
      if (landed.every(({ isThere }) => isThere))
        return { status: 'written', batches: landed.map(({ written }) => written) };
      return { status: 'displaced', refuted: landed.filter(({ isThere }) => !isThere).map(({ written }) => written) };
    },
  };

  return {
    records,
    open: (pool, holdLimits = {}) =>
      createAppender(
        {
          pool,
          logger: quietLogger,
          metrics: createLogMetrics('kafka', undefined),
          writer,
          log: {
            ends,
            describe: () => Promise.resolve(description),
            identify: () => Promise.resolve(description),
            async *read(partition, from, to) {
              const list = records[partition] ?? [];
              await turn();
              if (from < to) yield { partition, from, next: to, end: list.length, records: list.slice(from, to) };
            },
          },
        },
        { rule: testRule, holdLimits },
      ),
    stop: () => void (stopped = true),
    async reached() {
      while (waiting.length === 0) await turn();
    },
    pass: () => waiting.shift()?.(),
    go() {
      stopped = false;
      for (const resume of waiting.splice(0)) resume();
    },
    put: (partition, content) => put(partition, null, content, false),
  };
}
