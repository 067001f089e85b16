/**
 * Keeps the generation before the live one in step, so that a rollback loses nothing: the same batches, by a group of its
 * own. Only where this process has its version of the view.
 */
import type { EventLog, Subscription } from '@ledgerline/log';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { createBatchHandler } from '../batch-handler.ts';
import type { ChunkLimits } from '../chunk-records.ts';
import type { DecodeContext } from '../decode-record.ts';
import type { Generation } from '../generation.ts';
import { createLogGuard } from '../log-guard.ts';
import type { ProjectionMetrics } from '../metrics.ts';
import type { View } from '../view.ts';
import { findFed } from './live-generation.ts';
import type { LiveWatch } from './live-watch.ts';
import { loadRedactions } from './redactions.ts';

export type KeptFeed = { stop(): Promise<void> };

type Options = {
  readonly view: View;
  readonly log: EventLog;
  readonly pool: Pool;
  readonly decode: DecodeContext['decode'];
  readonly chunkLimits?: ChunkLimits | undefined;
  readonly metrics: ProjectionMetrics;
  readonly logger: Logger;
  readonly watch: LiveWatch;
};

const maxRecords = 2_000;

/** Begins at once; what fails is tried again. */
export function startKeptFeed(options: Options): KeptFeed {
  const { view, pool, logger, watch } = options;
  const stopping = new AbortController();

  const wanted = async (): Promise<Generation | null> => {
    const [, kept] = await findFed(pool, view.name);
    return kept?.version === view.version ? kept : null;
  };

  const run = async (): Promise<void> => {
    let fed: { readonly generation: number; readonly subscription: Subscription } | null = null;
    while (!stopping.signal.aborted) {
      try {
        const kept = await wanted();
        if (fed !== null && fed.generation !== kept?.generation) {
          await fed.subscription.stop();
          fed = null;
        }
        if (fed === null && kept !== null) {
          const subscription = await subscribe(options, kept);
          fed = { generation: kept.generation, subscription };
          const died = () => {
            if (fed?.subscription === subscription) fed = null;
          };
          subscription.ended.then(died, died);
        }
      } catch (error) {
        logger.debug({ err: error }, 'the generation before the live one is not fed for now');
      }
      await watch.pause(stopping.signal);
    }
    await fed?.subscription.stop();
  };
  const done = run();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

async function subscribe(options: Options, kept: Generation): Promise<Subscription> {
  const { view, log, pool, metrics, logger, chunkLimits } = options;
  const description = await log.describe();
  const guard = createLogGuard(pool, kept, log, description);
  const isRedacted = await loadRedactions(pool, description.logId);
  const decoding = { decode: options.decode, partitions: description.partitions, isRedacted };
  const quiet = withoutGauges(metrics);
  const target = { view, generation: kept, pool, log, guard, metrics: quiet, logger, chunkLimits, decoding };
  const handler = createBatchHandler(target);
  logger.info({ schema: kept.schema }, 'the generation before the live one is kept in step');
  return await log.subscribe({
    group: `ledgerline-${view.name}-g${kept.generation}`,
    startOf: handler.startOf,
    handle: handler.handle,
    onAssignment: handler.assigned,
    maxRecords,
  });
}

/** Lag and parked records are told of the live generation alone. */
function withoutGauges(metrics: ProjectionMetrics): ProjectionMetrics {
  return {
    ...metrics,
    startBatch: () => () => undefined,
    applied: () => undefined,
    parkedIn: () => undefined,
    settled: () => undefined,
    assigned: () => undefined,
  };
}
