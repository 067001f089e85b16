/** What a projection tells Prometheus. The views of one process share the metrics, told apart by `view`. */
import type { EventLog } from '@ledgerline/log';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { AppliedChunk } from './apply-chunk.ts';
import type { Applied } from './apply-isolating.ts';
import { createLagGauges } from './lag-gauges.ts';
import type { Settled } from './settle-parked.ts';
import type { ViewName } from './view.ts';

export type ProjectionMetrics = {
  /** Gives the function that ends the measurement. */
  startBatch(): () => void;
  applied(partition: number, outcome: AppliedChunk, logEnd: number): void;
  fenced(): void;
  parkedIn(partition: number, count: number): void;
  /** A request on a parked record was carried out. */
  settled(partition: number, outcome: Settled): void;
  /** Lag and parked records are told only of partitions this process holds: who holds the others tells of them. */
  assigned(partitions: readonly number[]): void;
};

type Shared = ReturnType<typeof createShared>;
/** A registry takes a metric's name once. */
const sharedOf = new WeakMap<Registry, Shared>();

function createShared(registry: Registry) {
  const registers = [registry];
  const labelNames = ['view'];
  return {
    events: new Counter({ name: 'ledgerline_projection_events_total', help: 'Events applied.', labelNames, registers }),
    batches: new Counter({
      name: 'ledgerline_projection_batches_total',
      help: 'Transactions that moved a checkpoint.',
      labelNames,
      registers,
    }),
    fenced: new Counter({
      name: 'ledgerline_projection_fenced_total',
      help: 'Transactions refused because another process had gained the partition.',
      labelNames,
      registers,
    }),
    ignored: new Counter({
      name: 'ledgerline_projection_ignored_total',
      help: 'Events without effect: duplicates, and what breaks the subject rule.',
      labelNames: ['view', 'reason'],
      registers,
    }),
    settled: new Counter({
      name: 'ledgerline_projection_parked_requests_total',
      help: 'Requests to retry or discard a parked record that were carried out, by how it ended.',
      labelNames: ['view', 'action', 'outcome'],
      registers,
    }),
    parked: new Gauge({
      name: 'ledgerline_projection_parked',
      help: 'Records set aside.',
      labelNames: ['view', 'partition'],
      registers,
    }),
    seconds: new Histogram({
      name: 'ledgerline_projection_batch_seconds',
      help: 'From decoding to commit, a transaction.',
      labelNames,
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    lag: createLagGauges(registry),
  };
}

export function createProjectionMetrics(
  registry: Registry,
  view: ViewName,
  log: Pick<EventLog, 'ends' | 'read'>,
): ProjectionMetrics {
  const shared = sharedOf.get(registry) ?? createShared(registry);
  sharedOf.set(registry, shared);
  const lag = shared.lag.of(view, log);
  const parked = new Map<number, number>();
  let held: readonly number[] = [];
  shared.fenced.inc({ view }, 0);

  const parkedIn = (partition: number, count: number): void => {
    parked.set(partition, count);
    shared.parked.set({ view, partition }, count);
  };
  const count = ({ applied, ignored }: Pick<Applied, 'applied' | 'ignored'>): void => {
    shared.events.inc({ view }, applied);
    for (const [reason, events] of Object.entries(ignored)) shared.ignored.inc({ view, reason }, events);
  };
  return {
    startBatch: () => shared.seconds.startTimer({ view }),
    applied(partition, outcome, logEnd) {
      shared.batches.inc({ view });
      count(outcome);
      if (outcome.parked.length > 0) parkedIn(partition, (parked.get(partition) ?? 0) + outcome.parked.length);
      lag.applied(partition, outcome.cursor, logEnd);
    },
    fenced: () => shared.fenced.inc({ view }),
    parkedIn,
    settled(partition, settled) {
      count(settled);
      const outcome = settled.failed.length === 0 ? 'done' : 'failed';
      shared.settled.inc({ view, action: settled.action, outcome });
      parkedIn(partition, settled.parked);
    },
    assigned(partitions) {
      for (const partition of held.filter((one) => !partitions.includes(one))) {
        lag.lost(partition);
        shared.parked.remove({ view, partition });
      }
      held = partitions;
    },
  };
}
