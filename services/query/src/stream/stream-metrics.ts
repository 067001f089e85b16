/** Streams in numbers. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { FeedName } from './feed.ts';
import type { StreamEnd } from './subscription.ts';

export type StreamMetrics = {
  opened(feed: FeedName): void;
  closed(feed: FeedName, reason: StreamEnd | 'fault'): void;
  /** @param pending bytes that wait for all clients, asked for when metrics are */
  watch(pending: () => number): void;
};

/** Without a registry nothing is counted. */
export function createStreamMetrics(registry: Registry | undefined): StreamMetrics {
  if (registry === undefined) {
    return { opened: () => undefined, closed: () => undefined, watch: () => undefined };
  }
  const registers = [registry];
  const open = new Gauge({
    name: 'ledgerline_streams',
    help: 'Streams open now.',
    labelNames: ['deliver'],
    registers,
  });
  const ended = new Counter({
    name: 'ledgerline_streams_ended_total',
    help: 'Streams that are over, by who or what ended them.',
    labelNames: ['deliver', 'reason'],
    registers,
  });
  return {
    opened: (deliver) => open.inc({ deliver }),
    closed(deliver, reason) {
      open.dec({ deliver });
      ended.inc({ deliver, reason });
    },
    watch(pending) {
      const pendingBytes = new Gauge({
        name: 'ledgerline_stream_pending_bytes',
        help: 'Bytes that wait for clients of streams to be taken.',
        registers: [],
        collect() {
          this.set(pending());
        },
      });
      registry.registerMetric(pendingBytes);
    },
  };
}
