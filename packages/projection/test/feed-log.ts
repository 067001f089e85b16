/**
 * A log that holds records in memory and hands them over when a test says so, batch by batch and in the order it
 * chooses: for what a real log can't be told to do. It keeps the port's sentences on delivery, and stores nothing.
 */
import { type EventLog, type LogRecord, partitionOf, type SubscribeOptions } from '@ledgerline/log';

export type FeedLog = {
  readonly log: EventLog;
  /** Appends; an object goes into its subject's partition, bytes where they are told. Gives (partition, offset). */
  put(value: object | Buffer, options?: { partition?: number; recordedAt?: string }): LogRecord;
  /** Some subject whose events belong into the partition. */
  subjectIn(partition: number): string;
  /** Leaves out an offset, as a void record does. */
  skip(partition: number): void;
  /** Resolves when a handler has subscribed. */
  subscribed(): Promise<void>;
  /** Hands over up to `count` records of one partition; after a rejection the start is asked for anew, as the port says. */
  deliver(partition: number, count?: number): Promise<Error | null>;
  /** Everything, in batches of the sizes given in turn, partitions in turn. Rejects if a batch fails. */
  deliverAll(sizes?: readonly number[]): Promise<void>;
  /** Where the subscriber will go on. */
  next(partition: number): number;
  rewind(partition: number, to: number): void;
  /** Another log from here on, under the same name and with the same ends. */
  become(logId: string): void;
  /** What the subscription dies of. */
  die(error: Error): void;
};

export function createFeedLog({ partitions = 4, logId = 'log-a' } = {}): FeedLog {
  const records: LogRecord[][] = Array.from({ length: partitions }, () => []);
  const ends: number[] = Array.from({ length: partitions }, () => 0);
  const nexts: number[] = Array.from({ length: partitions }, () => 0);
  let subscriber: SubscribeOptions | null = null;
  let subscribed = Promise.withResolvers<void>();
  let die: (error: Error) => void = () => undefined;
  let currentId = logId;
  let clock = Date.parse('2026-01-01T00:00:00.000Z');

  const of = <T>(list: readonly T[], partition: number): T => {
    const found = list[partition];
    if (found === undefined) throw new Error(`no partition ${partition}`);
    return found;
  };

  const feed: FeedLog = {
    put(value, { partition, recordedAt } = {}) {
      const bytes = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
      const subject = Buffer.isBuffer(value) ? '' : String((value as { subject?: unknown }).subject);
      const at = partition ?? partitionOf(subject, partitions);
      clock += 1_000;
      const time = recordedAt ?? new Date(clock).toISOString();
      const record = {
        partition: at,
        offset: of(ends, at),
        recordedAt: time,
        key: subject || null,
        value: bytes,
        appended: false,
      };
      of(records, at).push(record);
      ends[at] = record.offset + 1;
      return record;
    },
    subjectIn(partition) {
      for (let n = 0; ; n++) if (partitionOf(`s${n}`, partitions) === partition) return `s${n}`;
    },
    skip(partition) {
      ends[partition] = of(ends, partition) + 1;
    },
    subscribed: () => subscribed.promise,
    async deliver(partition, count = Number.MAX_SAFE_INTEGER) {
      if (subscriber === null) throw new Error('nobody has subscribed');
      const from = of(nexts, partition);
      const rest = of(records, partition).filter((record) => record.offset >= from);
      const given = rest.slice(0, count);
      const last = given.at(-1);
      const end = of(ends, partition);
      const next = given.length === rest.length ? end : (last?.offset ?? from) + 1;
      try {
        await subscriber.handle({ partition, from, next, end, records: given }, new AbortController().signal);
        nexts[partition] = next;
        return null;
      } catch (error) {
        nexts[partition] = await subscriber.startOf(partition);
        return error as Error;
      }
    },
    async deliverAll(sizes = [Number.MAX_SAFE_INTEGER]) {
      for (let turn = 0; nexts.some((next, partition) => next < of(ends, partition)); turn++) {
        const behind = nexts.flatMap((next, partition) => (next < of(ends, partition) ? [partition] : []));
        const failed = await feed.deliver(of(behind, turn % behind.length), of(sizes, turn % sizes.length));
        if (failed !== null) throw failed;
      }
    },
    next: (partition) => of(nexts, partition),
    rewind(partition, to) {
      nexts[partition] = to;
    },
    become(id) {
      currentId = id;
    },
    die: (error) => die(error),
    log: {
      append: () => Promise.reject(new Error('a feed is filled by put')),
      rehearse: () => ({ append: () => Promise.reject(new Error('a feed is filled by put')) }),
      async subscribe(options) {
        subscriber = options;
        for (let partition = 0; partition < partitions; partition++)
          nexts[partition] = await options.startOf(partition);
        const assigned = nexts.map((_, partition) => partition);
        options.onAssignment?.(assigned);
        const ended = Promise.withResolvers<void>();
        ended.promise.catch(() => undefined);
        die = ended.reject;
        subscribed.resolve();
        const stop = async () => {
          ended.resolve();
          if (subscriber !== options) return;
          subscriber = null;
          subscribed = Promise.withResolvers<void>();
        };
        return { stop, ended: ended.promise, assigned: () => assigned };
      },
      // oxlint-disable-next-line require-yield -- nothing reads ranges of a feed
      async *read() {
        throw new Error('a feed is not read');
      },
      ends: async () => [...ends],
      describe: async () => ({ logId: currentId, partitions }),
      ping: async () => undefined,
      close: async () => undefined,
    },
  };
  return feed;
}
