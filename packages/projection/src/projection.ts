/**
 * The runner: keeps one view's generation in step with the log. It waits for what is missing (database, topic,
 * genesis), and as long as the log is not the one its rows are of, and says so in `state()`; it ends by itself only when
 * its subscription died or the database is of a newer program: then `ended` rejects, and so should the process.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigurationError } from '@ledgerline/database';
import { decodeEvent } from '@ledgerline/events';
import type { EventLog, LogDescription, Subscription } from '@ledgerline/log';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { type BatchHandler, createBatchHandler } from './batch-handler.ts';
import { type BesideLive, startBesideLive } from './build/beside-live.ts';
import { loadRedactions } from './build/redactions.ts';
import type { ChunkLimits } from './chunk-records.ts';
import type { DecodeContext } from './decode-record.ts';
import { type EnsureOutcome, ensureGeneration, type Generation, migrateProjection } from './generation.ts';
import { keepAnalyzed } from './keep-analyzed.ts';
import { createLogGuard, isUnsuitable, type LogGuard } from './log-guard.ts';
import { createProjectionMetrics } from './metrics.ts';
import { followParkedRequests } from './parked-requests.ts';
import type { View } from './view.ts';

export type ProjectionOptions = {
  readonly view: View;
  readonly log: EventLog;
  /** Belongs to the caller. One connection a partition handled at the same time is of use. */
  readonly pool: Pool;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Instead of `decodeEvent` of @ledgerline/events: another catalogue of types. */
  readonly decode?: DecodeContext['decode'];
  readonly chunkLimits?: ChunkLimits;
};

export type ProjectionState = {
  /** `waiting`: for what `reason` names. `failed`: it is over. */
  readonly phase: 'idle' | 'waiting' | 'running' | 'failed' | 'stopped';
  /** Running, and every partition goes on. */
  readonly ready: boolean;
  readonly reason: string | null;
  /** What the last verification found, where the rows differ from the log. */
  readonly detail: string | null;
  readonly assigned: readonly number[];
  readonly generation: Generation | null;
};

export type Projection = {
  /** Begins; nothing to await, nothing to catch. */
  start(): void;
  /** Resolves when the batch under way has settled and the partitions are given back. Idempotent. */
  stop(): Promise<void>;
  state(): ProjectionState;
  /** Resolves when stopped; rejects when the projection can't go on in this process. */
  readonly ended: Promise<void>;
};

const firstPauseMs = 200;
const longestPauseMs = 5_000;
/** How soon a log that was cut short, made anew or set to forget is noticed where nothing new comes from it. */
const inspectionMs = 2_000;
/** What the adapter hands over at once; a transaction takes a part of it. */
const maxRecords = 2_000;

export function createProjection(options: ProjectionOptions): Projection {
  const { view, log, pool } = options;
  const logger = options.logger.child({ view: view.name });
  const metrics = createProjectionMetrics(options.registry, view.name, log);
  const stopping = new AbortController();
  const end = Promise.withResolvers<void>();
  // Whoever only asks state() must not be ended by an unhandled rejection.
  end.promise.catch(() => undefined);
  let phase: ProjectionState['phase'] = 'idle';
  let reason: string | null = null;
  let generation: Generation | null = null;
  let handler: BatchHandler | null = null;
  let subscription: Subscription | null = null;
  let beside: BesideLive | null = null;

  const wait = (why: string): void => {
    if (why !== reason) logger.warn({ reason: why }, 'the projection waits');
    phase = 'waiting';
    reason = why;
    handler = null;
    subscription = null;
  };

  /**
   * Until stopped, then null; until another generation is live, then `moved`; or until the log is refused, then the
   * reason. Rejects where the subscription died.
   */
  const follow = async (
    found: Generation,
    description: LogDescription,
    { watch }: BesideLive,
  ): Promise<string | typeof moved | null> => {
    const { decode = decodeEvent, chunkLimits } = options;
    const isRedacted = await loadRedactions(pool, description.logId);
    const decoding = { decode, partitions: description.partitions, isRedacted };
    const guard = createLogGuard(pool, found, log, description);
    generation = found;
    const target = { view, generation: found, pool, log, guard, metrics, logger, chunkLimits, decoding };
    handler = createBatchHandler(target);
    const reasonBefore = await guard.inspect();
    if (reasonBefore !== null) return reasonBefore;
    const subscribed = await log.subscribe({
      group: `ledgerline-${view.name}`,
      startOf: handler.startOf,
      handle: handler.handle,
      onAssignment: handler.assigned,
      maxRecords,
    });
    subscription = subscribed;
    const requests = followParkedRequests({ ...target, handler });
    const analyzed = keepAnalyzed(pool, found, logger);
    const leaving = new AbortController();
    try {
      phase = 'running';
      reason = null;
      logger.info({ schema: found.schema, partitions: description.partitions }, 'the projection runs');
      const signal = AbortSignal.any([leaving.signal, stopping.signal]);
      const movedOn = watch.moved(found, signal).then(() => (stopping.signal.aborted ? null : moved));
      return await Promise.race([inspectUntil(guard, signal), movedOn, endOf(subscribed)]);
    } finally {
      leaving.abort();
      await Promise.all([subscribed.stop(), requests.stop(), analyzed.stop()]);
    }
  };

  /** The reason where it ended because the log is unfit; null when it was stopped. */
  const endOf = async (subscribed: Subscription): Promise<string | null> => {
    try {
      await subscribed.ended;
    } catch (error) {
      if (isUnsuitable(error)) return error.message;
      throw new SubscriptionEnded(error);
    }
    if (!stopping.signal.aborted) throw new SubscriptionEnded(undefined);
    return null;
  };

  const tryToFollow = async (): Promise<string | typeof moved | null> => {
    await migrateProjection(pool);
    const description = await log.describe();
    const outcome = await ensureGeneration(pool, view, description);
    // What is built, kept or verified besides has its own ways: it also goes on while the live rows can't.
    beside ??= startBesideLive({ ...options, decode: options.decode ?? decodeEvent, metrics, logger });
    if (outcome.kind === 'usable') return await follow(outcome.generation, description, beside);
    if (outcome.kind === 'other-version' && outcome.wanted > outcome.live) await beside.requestNewVersion();
    return whyNot(outcome);
  };

  const run = async (): Promise<void> => {
    let pauseMs = firstPauseMs;
    while (!stopping.signal.aborted) {
      try {
        const startedAt = performance.now();
        const refusal = await tryToFollow();
        if (refusal === null) return;
        if (refusal === moved) continue;
        wait(refusal);
        if (performance.now() - startedAt > longestPauseMs) pauseMs = firstPauseMs;
      } catch (error) {
        if (error instanceof SubscriptionEnded || error instanceof ConfigurationError) throw error;
        wait(error instanceof Error ? error.message : String(error));
        logger.debug({ err: error }, 'a try to start failed');
      }
      await pause(pauseMs);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  };

  /** A promotion ends it early: then there are rows to go on with. */
  const pause = async (ms: number): Promise<void> => {
    const waiting = new AbortController();
    const signal = AbortSignal.any([waiting.signal, stopping.signal]);
    const promoted = beside?.watch.poked() ?? new Promise<void>(() => undefined);
    await Promise.race([delay(ms, undefined, { signal }).catch(() => undefined), promoted]);
    waiting.abort();
  };

  let running: Promise<void> | null = null;
  const settle = async (): Promise<void> => {
    try {
      await run();
      phase = 'stopped';
      end.resolve();
    } catch (error) {
      phase = stopping.signal.aborted ? 'stopped' : 'failed';
      reason = error instanceof Error ? error.message : String(error);
      logger.fatal({ err: error }, 'the projection ended');
      end.reject(error);
    } finally {
      await beside?.stop();
    }
  };

  return {
    start() {
      if (running !== null || stopping.signal.aborted) return;
      phase = 'waiting';
      reason = 'starting';
      running = settle();
    },
    async stop() {
      stopping.abort();
      if (running === null) end.resolve();
      await running;
      phase = phase === 'failed' ? 'failed' : 'stopped';
    },
    state() {
      const troubles = handler?.troubles() ?? [];
      const why = troubles.length > 0 ? troubles.join('; ') : reason;
      const assigned = subscription?.assigned() ?? [];
      const ready = phase === 'running' && troubles.length === 0;
      return { phase, ready, reason: why, detail: beside?.differences() ?? null, assigned, generation };
    },
    ended: end.promise,
  };
}

/** Another generation is live now. */
const moved = Symbol('moved');

/** The subscription is over though nobody stopped it. */
class SubscriptionEnded extends Error {
  constructor(cause: unknown) {
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    super(`the subscription to the log ended${why}`, { cause });
    this.name = 'SubscriptionEnded';
  }
}

function whyNot(outcome: Exclude<EnsureOutcome, { kind: 'usable' }>): string {
  switch (outcome.kind) {
    case 'other-version':
      return `the live rows are of version ${outcome.live} of the view, this is version ${outcome.wanted}: ${
        outcome.wanted > outcome.live ? 'rebuilding beside them' : 'run the newer program, or roll the view back'
      }`;
    case 'other-log': {
      const { checkpoints, log } = outcome;
      return checkpoints.logId === log.logId
        ? `the log has ${log.partitions} partitions, the view's rows are of ${checkpoints.partitions}`
        : `the view's rows are of log ${checkpoints.logId}, and this is log ${log.logId}`;
    }
  }
}

/** Resolves with the reason once the log is refused, with null when aborted. */
async function inspectUntil(guard: LogGuard, signal: AbortSignal): Promise<string | null> {
  while (!signal.aborted) {
    await delay(inspectionMs, undefined, { signal }).catch(() => undefined);
    const refusal = signal.aborted ? null : await guard.inspect();
    if (refusal !== null) return refusal;
  }
  return null;
}
