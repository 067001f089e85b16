/**
 * The process around one view, the same for every projector: pool, log, runner, and a server for health and metrics.
 * What comes from the HTTP kit is handed in by main.ts: this package stands below it.
 */
import { createPool } from '@ledgerline/database';
import { createKafkaLog, createPostgresLog, type KafkaSettings } from '@ledgerline/log';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { createProjection, type Projection } from './projection.ts';
import type { View } from './view.ts';

/** A dependency that readiness asks; rejects with a reason fit to be shown, or resolves with a detail. */
export type Check = { readonly name: string; check(): Promise<string | void> };

/** The part of @ledgerline/http that is needed. */
export type ServiceKit<App extends { close(): PromiseLike<unknown> }, Access extends object> = {
  createLogger(options: { service: string; level: string }): Logger;
  createRegistry(service: string): Registry;
  createHttpServer(
    options: { logger: Logger; registry: Registry; host: string; checks: readonly Check[] } & Access,
  ): App;
  listen(app: App, address: { host: string; port: number }): Promise<string>;
};

export type ProjectorConfig<Access extends object = object> = {
  readonly HOST: string;
  readonly PORT: number;
  readonly LOG_LEVEL: string;
  readonly DATABASE_URL: string;
  /** Who may ask, as the server takes it. */
  readonly access: Access;
  /** null: the log is in PostgreSQL. */
  readonly kafka: KafkaSettings | null;
};

/** What `runService` takes. */
export type RunningProjector = { stop(): Promise<void>; readonly ended: Promise<void> };

/** Partitions handled at the same time, a statement or two beside them, and one connection that listens. */
const poolSize = 11;

/** Listens at once and says "not ready" until database, topic and genesis are there. Rejects where it can't listen. */
export async function startProjector<App extends { close(): PromiseLike<unknown> }, Access extends object>(
  kit: ServiceKit<App, Access>,
  view: View,
  config: ProjectorConfig<Access>,
): Promise<RunningProjector> {
  const service = `projector-${view.name}`;
  const logger = kit.createLogger({ service, level: config.LOG_LEVEL });
  const registry = kit.createRegistry(service);
  const connection = config.DATABASE_URL;
  const pool = createPool({ connection, applicationName: `ledgerline-${service}`, max: poolSize }, logger);
  const log = config.kafka
    ? createKafkaLog({ kafka: config.kafka, pool, logger, registry })
    : createPostgresLog({ pool, logger, registry });
  const projection = createProjection({ view, log, pool, logger, registry });
  const app = kit.createHttpServer({
    logger,
    registry,
    host: config.HOST,
    ...config.access,
    checks: [
      { name: 'database', check: async () => void (await pool.query('select 1')) },
      { name: 'log', check: async () => await log.ping() },
      projectionCheck(projection, view),
    ],
  });
  await kit.listen(app, { host: config.HOST, port: config.PORT });
  projection.start();
  return {
    ended: projection.ended,
    async stop() {
      await Promise.all([projection.stop(), app.close()]);
      await log.close();
      await pool.end();
    },
  };
}

/** Ready when the consumer runs and every partition goes on; lag is no part of it, nor what a verification found. */
export function projectionCheck(projection: Pick<Projection, 'state'>, view: Pick<View, 'name'>): Check {
  return {
    name: `projection-${view.name}`,
    check() {
      const { ready, phase, reason, detail } = projection.state();
      return ready ? Promise.resolve(detail ?? undefined) : Promise.reject(new Error(reason ?? phase));
    },
  };
}
