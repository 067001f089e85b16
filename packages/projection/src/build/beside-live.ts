/** What a projector does beside feeding the live generation: builds, verifies, keeps the one before it in step. */
import type { EventLog } from '@ledgerline/log';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { ChunkLimits } from '../chunk-records.ts';
import type { DecodeContext } from '../decode-record.ts';
import type { ProjectionMetrics } from '../metrics.ts';
import type { View } from '../view.ts';
import { createBuildMetrics } from './build-metrics.ts';
import { startBuildWorker } from './build-worker.ts';
import { startKeptFeed } from './feed-kept.ts';
import { createLiveWatch, type LiveWatch } from './live-watch.ts';
import { requestNewVersion } from './requests.ts';

export type BesideLive = {
  readonly watch: LiveWatch;
  /** What the last verification found wrong, in words; null where all was well, or none was made. */
  differences(): string | null;
  /** Once a process: a build of a new version that failed is not begun again and again. */
  requestNewVersion(): Promise<void>;
  stop(): Promise<void>;
};

type Options = {
  readonly view: View;
  readonly log: EventLog;
  readonly pool: Pool;
  readonly decode: DecodeContext['decode'];
  readonly chunkLimits?: ChunkLimits;
  readonly registry: Registry;
  readonly metrics: ProjectionMetrics;
  readonly logger: Logger;
};

/** Begins at once; needs a migrated database. */
export function startBesideLive(options: Options): BesideLive {
  const { view, log, pool, decode, chunkLimits, registry, metrics, logger } = options;
  const watch = createLiveWatch(pool);
  const kept = startKeptFeed({ view, log, pool, decode, chunkLimits, metrics, logger, watch });
  const buildMetrics = createBuildMetrics(registry);
  const worker = startBuildWorker({
    view,
    log,
    pool,
    decode,
    logger,
    metrics: buildMetrics,
    onPromoted: () => watch.poke(),
  });
  let isRequested = false;
  return {
    watch,
    differences: () => buildMetrics.differences(view.name),
    async requestNewVersion() {
      if (isRequested) return;
      await requestNewVersion(pool, view.name, view.version);
      isRequested = true;
    },
    async stop() {
      await Promise.all([kept.stop(), worker.stop()]);
    },
  };
}
