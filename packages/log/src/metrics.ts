/**
 * What the log counts. All metrics carry the adapter's name as a label, so that two logs can share a registry.
 */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type AdapterName = 'postgres' | 'kafka';

export type LogMetrics = {
  /** One record of a call came to this outcome. */
  countOutcome(status: string, records: number): void;
  observeRound(records: number, seconds: number): void;
  countRetry(reason: 'fault' | 'displaced' | 'raced' | 'stale-index'): void;
  countVoid(records: number): void;
  countIndexed(records: number): void;
  setQueued(records: number, bytes: number): void;
};

/** @param registry none: the metrics are kept, and nobody reads them */
export function createLogMetrics(adapter: AdapterName, registry: Registry | undefined): LogMetrics {
  const registers = registry ? [registry] : [];
  const labels = { adapter };
  const once = <M>(name: string, create: () => M): M => (registry?.getSingleMetric(name) as M | undefined) ?? create();
  const counter = (name: string, help: string, ...labelNames: string[]) =>
    once(name, () => new Counter({ name, help, labelNames: ['adapter', ...labelNames], registers }));
  const gauge = (name: string, help: string) =>
    once(name, () => new Gauge({ name, help, labelNames: ['adapter'], registers }));
  const histogram = (name: string, help: string, buckets: number[]) =>
    once(name, () => new Histogram({ name, help, labelNames: ['adapter'], buckets, registers }));

  const outcomes = counter(
    'ledgerline_log_append_records_total',
    'Records given to append, by what became of them',
    'status',
  );
  const sizes = histogram(
    'ledgerline_log_round_records',
    'Records written in one round',
    [1, 4, 16, 64, 256, 1024, 4096],
  );
  const durations = histogram(
    'ledgerline_log_round_seconds',
    'From taking up a round to its last answer',
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  );
  const retries = counter('ledgerline_log_round_retries_total', 'Attempts of a round after its first', 'reason');
  const voids = counter('ledgerline_log_void_records_total', 'Void records met while reading (docs/decisions/0003)');
  const indexed = counter(
    'ledgerline_log_indexed_records_total',
    'Records indexed from the log, not by their own round',
  );
  // Set several times a call: prom-client looks the labels up each time, unless the child is kept.
  const queuedRecords = gauge('ledgerline_log_queued_records', 'Records waiting for a round').labels(labels);
  const queuedBytes = gauge('ledgerline_log_queued_bytes', 'Bytes waiting for a round').labels(labels);

  return {
    countOutcome: (status, records) => outcomes.inc({ ...labels, status }, records),
    observeRound(records, seconds) {
      sizes.observe(labels, records);
      durations.observe(labels, seconds);
    },
    countRetry: (reason) => retries.inc({ ...labels, reason }),
    countVoid: (records) => voids.inc(labels, records),
    countIndexed: (records) => indexed.inc(labels, records),
    setQueued(records, bytes) {
      queuedRecords.set(records);
      queuedBytes.set(bytes);
    },
  };
}
