/**
 * Gathers calls into rounds, one at a time: what comes meanwhile waits and goes together (group commit), in the order it
 * came. Beside a round that is slow (a partition without a leader, a lane held elsewhere) others may go for other
 * partitions, never two for one. What waits is bounded in records and bytes.
 */
import type { AppendOptions, AppendOutcome, AppendRecord } from '../port.ts';
import { LogFault } from '../port.ts';
import { createPendingCall, type PendingCall } from './pending-call.ts';
import { type RoundDependencies, runRound } from './run-round.ts';

export type RoundLimits = {
  readonly maxInFlight: number;
  /** How long the rounds in flight are waited for before another is begun beside them. */
  readonly patienceMs: number;
  readonly maxRoundRecords: number;
  readonly maxRoundBytes: number;
  readonly maxQueuedRecords: number;
  readonly maxQueuedBytes: number;
};

export const defaultRoundLimits: RoundLimits = {
  maxInFlight: 2,
  patienceMs: 50,
  maxRoundRecords: 2_000,
  maxRoundBytes: 8 * 1024 * 1024,
  maxQueuedRecords: 20_000,
  maxQueuedBytes: 64 * 1024 * 1024,
};

export type Rounds<E, R> = {
  append(records: readonly AppendRecord<E>[], options: AppendOptions): Promise<AppendOutcome<R>[]>;
  /** Refuses new calls; resolves when those under way are settled. */
  close(): Promise<void>;
};

export function createRounds<E, S, R>(dependencies: RoundDependencies<E, S, R>, limits: RoundLimits): Rounds<E, R> {
  const { metrics, rule, partitionOf } = dependencies;
  let queue = new Set<PendingCall<E, R>>();
  const busy = new Set<number>();
  const unfinished = new Set<Promise<void>>();
  let inFlight = 0;
  let queuedRecords = 0;
  let queuedBytes = 0;
  let scheduled = false;
  let impatience: NodeJS.Timeout | null = null;
  let impatient = false;
  let closed = false;

  const count = (call: PendingCall<E, R>, sign: 1 | -1) => {
    queuedRecords += sign * call.records.length;
    queuedBytes += sign * call.bytes;
  };

  const expire = (call: PendingCall<E, R>) => {
    if (queue.delete(call)) count(call, -1);
    schedulePump();
  };

  /** A set that lives on drags the tables it has outgrown along, with every call in them, through each minor collection. */
  const take = (calls: readonly PendingCall<E, R>[]) => {
    if (calls.length === queue.size) queue = new Set();
    for (const call of calls) {
      queue.delete(call);
      count(call, -1);
    }
  };

  /** The oldest calls that fit and whose partitions are free. A call passed over keeps its place before later ones. */
  const gather = (): PendingCall<E, R>[] => {
    const blocked = new Set(busy);
    const gathered: PendingCall<E, R>[] = [];
    let records = 0;
    let bytes = 0;
    for (const call of queue) {
      const fits =
        gathered.length === 0 ||
        (records + call.records.length <= limits.maxRoundRecords && bytes + call.bytes <= limits.maxRoundBytes);
      if (!fits) break;
      if (call.partitions.some((partition) => blocked.has(partition))) {
        for (const partition of call.partitions) blocked.add(partition);
        continue;
      }
      gathered.push(call);
      records += call.records.length;
      bytes += call.bytes;
    }
    return gathered;
  };

  const start = (calls: readonly PendingCall<E, R>[]) => {
    const partitions = new Set(calls.flatMap((call) => call.partitions));
    take(calls);
    for (const partition of partitions) busy.add(partition);
    inFlight += 1;
    let inWay = true;
    // Once it is written, its commit can be waited for in PostgreSQL: the next round stands there for the lanes.
    const makeWay = () => {
      if (!inWay) return;
      inWay = false;
      inFlight -= 1;
      for (const partition of partitions) busy.delete(partition);
      schedulePump();
    };
    const round = runRound(dependencies, calls, makeWay).finally(() => {
      unfinished.delete(round);
      makeWay();
    });
    unfinished.add(round);
    impatient = false;
    if (impatience) impatience.refresh();
    else impatience = setTimeout(grow, limits.patienceMs).unref();
  };

  const grow = () => {
    impatient = true;
    pump();
  };

  const pump = () => {
    metrics.setQueued(queuedRecords, queuedBytes);
    if (inFlight >= limits.maxInFlight || (inFlight > 0 && !impatient)) return;
    const calls = gather();
    if (calls.length === 0) return;
    start(calls);
    metrics.setQueued(queuedRecords, queuedBytes);
  };

  /** After what else this turn of the event loop brings, so that it goes in the same round. */
  const schedulePump = () => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      pump();
    });
  };

  return {
    append(records, options) {
      if (closed) return Promise.reject(new LogFault('log-unavailable', 'the log is closed', { retryable: true }));
      if (records.length === 0) return Promise.resolve([]);
      const own = records.map((record) => partitionOf(record.subject));
      const relatedPartitions = records.flatMap((record) => rule.related(record.event).map(partitionOf));
      const lanes = { partitions: [...new Set([...own, ...relatedPartitions])], relatedPartitions };
      const call = createPendingCall<E, R>(records, options, lanes, expire);
      const full =
        queuedRecords + records.length > limits.maxQueuedRecords || queuedBytes + call.bytes > limits.maxQueuedBytes;
      if (full && queue.size > 0) {
        call.reject(new LogFault('log-unavailable', 'too many records are waiting for the log', { retryable: true }));
      } else {
        queue.add(call);
        count(call, 1);
        schedulePump();
      }
      return call.promise;
    },
    async close() {
      closed = true;
      while (queue.size > 0 || unfinished.size > 0) {
        pump();
        await Promise.allSettled([...unfinished, ...[...queue].map((call) => call.promise)]);
      }
      if (impatience) clearTimeout(impatience);
    },
  };
}
