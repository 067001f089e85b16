/** What a projection tells Prometheus. The views of one process share the metrics, told apart by `view`. */
import type { EventLog } from '@ledgerline/log';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { AppliedChunk } from './apply-chunk.ts';
import { createLagGauges } from './lag-gauges.ts';
import type { ViewName } from './view.ts';

export type ProjectionMetrics = {
  /** Gives the function that ends the measurement. */
  startBatch(): () => void;
  applied(partition: number, outcome: AppliedChunk, logEnd: number): void;
  fenced(): void;
  parkedIn(partition: number, count: number): void;
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
      help: 'Batches refused because another process had moved the checkpoint.',
      labelNames,
      registers,
    }),
    ignored: new Counter({
      name: 'ledgerline_projection_ignored_total',
      help: 'Events without effect: duplicates, and what breaks the subject rule.',
      labelNames: ['view', 'reason'],
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
  log: Pick<EventLog, 'ends'>,
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
  return {
    startBatch: () => shared.seconds.startTimer({ view }),
    applied(partition, outcome, logEnd) {
      shared.batches.inc({ view });
      shared.events.inc({ view }, outcome.applied);
      for (const [reason, count] of Object.entries(outcome.ignored)) shared.ignored.inc({ view, reason }, count);
      if (outcome.parked.length > 0) parkedIn(partition, (parked.get(partition) ?? 0) + outcome.parked.length);
      lag.applied(partition, outcome.cursor, logEnd);
    },
    fenced: () => shared.fenced.inc({ view }),
    parkedIn,
    assigned(partitions) {
      for (const partition of held.filter((one) => !partitions.includes(one))) {
        lag.lost(partition);
        shared.parked.remove({ view, partition });
      }
      held = partitions;
    },
  };
}
