/** What builds tell Prometheus: how far they are, how they ended, and what the last verification found. */

import { readSql } from '@ledgerline/database';
import type { Pool } from 'pg';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { ViewName } from '../view.ts';
import { type Differences, describeDifferences, isEqual } from './differences.ts';
import type { ProgressReport } from './progress.ts';

export type BuildMetrics = {
  progress(view: ViewName, report: ProgressReport): void;
  ended(view: ViewName): void;
  failed(view: ViewName): void;
  /** Reads what the last verification found, whoever made it. */
  look(pool: Pool, view: ViewName): Promise<void>;
  /** What it found wrong, in words. */
  differences(view: ViewName): string | null;
};

type Gauges = ReturnType<typeof createGauges>;
const gaugesOf = new WeakMap<Registry, Gauges>();
const lastVerificationSql = readSql(new URL('./sql/last-verification.sql', import.meta.url));

function createGauges(registry: Registry) {
  const registers = [registry];
  return {
    events: new Gauge({
      name: 'ledgerline_rebuild_events',
      help: 'Records of the log that a build under way has applied, and that there are.',
      labelNames: ['view', 'of'],
      registers,
    }),
    rate: new Gauge({
      name: 'ledgerline_rebuild_events_per_second',
      help: 'Of a build under way, over the last seconds.',
      labelNames: ['view'],
      registers,
    }),
    failures: new Counter({
      name: 'ledgerline_rebuild_failures_total',
      help: 'Rebuilds and verifications that could not be done, or were found wrong.',
      labelNames: ['view'],
      registers,
    }),
    differences: new Gauge({
      name: 'ledgerline_view_differences',
      help: 'Rows of the live view that differed from the log at the last verification.',
      labelNames: ['view', 'kind'],
      registers,
    }),
  };
}

export function createBuildMetrics(registry: Registry): BuildMetrics {
  const gauges = gaugesOf.get(registry) ?? createGauges(registry);
  gaugesOf.set(registry, gauges);
  const found = new Map<ViewName, string | null>();
  return {
    progress(view, { done, total, rate }) {
      gauges.events.set({ view, of: 'done' }, done);
      if (total !== null) gauges.events.set({ view, of: 'total' }, total);
      gauges.rate.set({ view }, rate ?? 0);
    },
    ended(view) {
      gauges.events.remove({ view, of: 'done' });
      gauges.events.remove({ view, of: 'total' });
      gauges.rate.remove({ view });
    },
    failed: (view) => gauges.failures.inc({ view }),
    async look(pool, view) {
      const { rows } = await pool.query<{ differences: Differences | null }>(lastVerificationSql, [view]);
      const last = rows[0]?.differences;
      if (last === undefined || last === null) return;
      for (const kind of ['missing', 'extra', 'changed'] as const) gauges.differences.set({ view, kind }, last[kind]);
      found.set(view, isEqual(last) ? null : describeDifferences(last));
    },
    differences: (view) => found.get(view) ?? null,
  };
}
