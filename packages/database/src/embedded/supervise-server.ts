/**
 * Keeps a held server running until it is stopped: a server that dies is started again, with backoff, on the same
 * address. The owner's connection tells of every end, be the server our child or one that was adopted.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { ConfigurationError } from '../configuration-error.ts';
import { acquireServer } from './acquire-server.ts';
import type { HeldServer, ServerPlan } from './claim-server.ts';
import { findServer } from './find-server.ts';
import { sendSignal, stopServer } from './server-process.ts';
import { removeSocketFolder } from './server-settings.ts';

export type EmbeddedServerState = 'running' | 'restarting' | 'lost' | 'stopped';

export type EmbeddedServer = {
  /** For `createPool`, or a pg.Client. Stays the same over restarts. */
  readonly connection: pg.PoolConfig;
  /** Where the data really is. */
  readonly cluster: string;
  state(): EmbeddedServerState;
  /** The server's process while it runs. */
  pid(): number | undefined;
  /** Resolves within 8 s, when the server has ended. Idempotent. End the pools first. */
  stop(): Promise<void>;
};

export const DATABASE = 'ledgerline';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const LOG_CHECK_MS = 60_000;
/** Three times what passes between two lines on how recovery gets on (`log_startup_progress_interval`). */
const OWN_PATIENCE_MS = 15_000;

/** @param stopping aborted by `stop`: ends a restart under way */
export function superviseServer(
  plan: ServerPlan,
  first: HeldServer,
  stopping: AbortController,
  onLost: ((error: Error) => void) | undefined,
): EmbeddedServer {
  const { logger, site } = plan;
  let held = first;
  let state: EmbeddedServerState = 'running';
  let restart: Promise<void> = Promise.resolve();
  let stopped: Promise<void> | undefined;

  const trimming = setInterval(() => {
    plan.log
      .trim()
      .catch((error: unknown) => logger.warn({ err: error }, 'the log of PostgreSQL could not be trimmed'));
  }, LOG_CHECK_MS).unref();
  // For process.exit and uncaught errors. After a kill -9 the next start adopts the server.
  const onExit = () => {
    if (state === 'running') sendSignal(held.process.pid, 'SIGINT');
  };
  process.once('exit', onExit);

  const watch = () => {
    held.owner.once('end', () => {
      if (state === 'running' && stopped === undefined) restart = recover();
    });
    // Nothing but `stop` and the service's own work keeps the process alive.
    (held.owner as pg.Client & { unref(): void }).unref();
  };

  const recover = async () => {
    state = 'restarting';
    plan.patience.ms = OWN_PATIENCE_MS;
    logger.error(
      { serverPid: held.process.pid, log: await plan.log.tail(0) },
      'PostgreSQL ended or cut its connections',
    );
    for (let pauseMs = FIRST_PAUSE_MS; !stopping.signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        held = await acquireServer(plan, stopping.signal, held.process);
        state = 'running';
        logger.info({ serverPid: held.process.pid }, 'PostgreSQL runs again');
        watch();
        return;
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (error instanceof ConfigurationError) {
          state = 'lost';
          logger.error({ err: error }, 'the data folder was taken by another process');
          onLost?.(error);
          return;
        }
        logger.error({ err: error, retryInMs: pauseMs }, 'PostgreSQL could not be started again');
      }
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };

  const stop = async () => {
    stopping.abort(new Error('the embedded server is being stopped'));
    clearInterval(trimming);
    await restart;
    const lost = state === 'lost';
    state = 'stopped';
    process.off('exit', onExit);
    try {
      if (lost) return;
      // While ours was down another process may have put its own there, which is not ours to stop.
      if ((await findServer(site.cluster))?.pid === held.process.pid) {
        await stopServer(held.process.pid, plan.binaries, site);
      }
      await held.owner.end().catch(() => undefined);
      await removeSocketFolder(site, held.process.socketFolder);
    } finally {
      plan.log.close();
    }
  };

  watch();
  logger.info({ serverPid: held.process.pid, cluster: site.cluster }, 'PostgreSQL runs');
  return {
    connection: { ...held.connection, database: DATABASE },
    cluster: site.cluster,
    state: () => state,
    pid: () => (state === 'running' ? held.process.pid : undefined),
    stop: () => (stopped ??= stop()),
  };
}
