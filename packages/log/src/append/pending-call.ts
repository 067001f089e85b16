/**
 * One call of `append` on its way: its records, what is known of each, and its promise, settled exactly once.
 */
import type { AppendOptions, AppendOutcome, AppendRecord } from '../port.ts';
import { LogFault } from '../port.ts';

export type Place = { readonly partition: number; readonly offset: number };

export type PendingCall<E = unknown, R = unknown> = {
  readonly records: readonly AppendRecord<E>[];
  readonly atomic: boolean;
  readonly bytes: number;
  /** Partitions that must stand still while it is decided: its records' and those of related subjects. */
  readonly partitions: readonly number[];
  /** Those of related subjects alone. */
  readonly relatedPartitions: readonly number[];
  readonly expiresAt: number;
  /** Where each record has been sent to so far: found there later, it is ours and not another's duplicate. */
  readonly attempts: readonly Place[][];
  /** From here on an expired call may have been stored. */
  attempted: boolean;
  /** A field and no getter: a literal with a getter is a hidden class of its own each time, which keeps the call alive. */
  settled: boolean;
  readonly promise: Promise<AppendOutcome<R>[]>;
  resolve(outcomes: AppendOutcome<R>[]): void;
  reject(fault: unknown): void;
};

/** Starts the call's deadline; `onExpired` is told when that settled it. */
export function createPendingCall<E, R>(
  records: readonly AppendRecord<E>[],
  options: AppendOptions,
  lanes: { readonly partitions: readonly number[]; readonly relatedPartitions: readonly number[] },
  onExpired: (call: PendingCall<E, R>) => void,
): PendingCall<E, R> {
  const { promise, resolve, reject } = Promise.withResolvers<AppendOutcome<R>[]>();
  const settle = (act: () => void) => {
    if (call.settled) return;
    call.settled = true;
    clearTimeout(timer);
    act();
  };
  const call: PendingCall<E, R> = {
    records,
    atomic: options.atomic,
    bytes: records.reduce((sum, record) => sum + record.content.length, 0),
    ...lanes,
    expiresAt: Date.now() + options.deadlineMs,
    attempts: records.map(() => []),
    attempted: false,
    settled: false,
    promise,
    resolve: (outcomes) => settle(() => resolve(outcomes)),
    reject: (fault) => settle(() => reject(fault)),
  };
  const timer = setTimeout(() => {
    call.reject(deadlineFault(call.attempted));
    onExpired(call);
  }, options.deadlineMs);
  return call;
}

function deadlineFault(attempted: boolean): LogFault {
  const outcome = attempted ? 'the records may or may not be stored' : 'nothing was stored';
  return new LogFault('log-unavailable', `the log did not take the records in time: ${outcome}`, { retryable: true });
}
