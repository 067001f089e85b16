/** What an adapter's test gives to the contract suite, and what its features share. */
import type { FreshDatabase, Teardown } from '@ledgerline/testkit';
import type { RoundLimits } from '../../src/append/rounds.ts';
import { partitionOf } from '../../src/murmur2.ts';
import type { AppendOutcome, EventLog, LogRecord } from '../../src/port.ts';
import { record, type TestEvent, type TestRefusal } from './test-events.ts';

export type TestLog = EventLog<TestEvent, TestRefusal>;

/** One log with its database, fresh for each test. `open` stands for a process: several may be open at once. */
export type LogUnderTest = {
  readonly database: FreshDatabase;
  open(options?: { readonly limits?: Partial<RoundLimits>; readonly readOnly?: boolean }): TestLog;
};

export type Contract<L extends LogUnderTest = LogUnderTest> = {
  readonly adapter: 'postgres' | 'kafka';
  /** `created: false`: nothing is there yet, and opening it creates nothing. */
  create(t: Teardown, options?: { readonly created?: boolean }): Promise<L>;
};

export const PARTITIONS = 4;
export const patient = { atomic: true, deadlineMs: 20_000 };

/** A subject of the partition wanted. */
export function subjectIn(partition: number, prefix = 'subject'): string {
  for (let number = 0; ; number++) {
    const subject = `${prefix}-${number}`;
    if (partitionOf(subject, PARTITIONS) === partition) return subject;
  }
}

/** All records of the log, partition by partition. */
export async function readAll(log: TestLog): Promise<LogRecord[]> {
  const ends = await log.ends();
  const records: LogRecord[] = [];
  for (const [partition, end] of ends.entries()) {
    for await (const batch of log.read(partition, 0, end, 500)) records.push(...batch.records);
  }
  return records;
}

export const eventOf = ({ value }: LogRecord): TestEvent => JSON.parse(value.toString()) as TestEvent;
export const idOf = (one: LogRecord): string => eventOf(one).id;
export const statusOf = ({ status }: AppendOutcome<TestRefusal>): string => status;

/** How often each outcome came. */
export function tally(outcomes: readonly AppendOutcome<TestRefusal>[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(outcomes, statusOf)].map(([status, all]) => [status, all.length]));
}

/** So many records, spread over all partitions. */
export const records = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => record({ id: `${prefix}-${index}`, subject: `${prefix}-s${index}` }));

/** Resolves when the condition holds. Rejects after `timeoutMs`. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeoutMs = 20_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not in ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}
