/**
 * The query service: every read of the views, on an HTTP server that somebody else makes, so that standalone mounts it
 * beside ingest. It writes nothing but what operators ask of the projectors.
 */
import { stoppingSignal } from '@ledgerline/http';
import type { EventLog } from '@ledgerline/log';
import { createViewReader } from '@ledgerline/projection';
import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import packageJson from '../package.json' with { type: 'json' };
import { keepLists } from './kept/keep-lists.ts';
import { createReadContext } from './read-context.ts';
import { registerAdmin } from './routes/admin.ts';
import { registerAsyncApi } from './routes/asyncapi.ts';
import { registerChanges } from './routes/changes.ts';
import { registerClaims } from './routes/claims.ts';
import { registerCodelists } from './routes/codelists.ts';
import { registerDirectory } from './routes/directory.ts';
import { registerDocuments } from './routes/documents.ts';
import { registerEvents } from './routes/events.ts';
import { registerMeasures } from './routes/measures.ts';
import { registerParked } from './routes/parked.ts';
import { registerRebuilds } from './routes/rebuilds.ts';
import { registerRedactions } from './routes/redactions.ts';
import { registerSchemas } from './routes/schemas.ts';
import { registerStream } from './routes/stream.ts';
import { registerTimeline } from './routes/timeline.ts';
import { registerVerify } from './routes/verify.ts';
import { registerStatistics } from './statistics/routes.ts';
import { defaultStreamSettings, type StreamSettings } from './stream/stream-settings.ts';

export { READ_STATEMENT_TIMEOUT_MS } from './statement-timeout.ts';
export { type StreamVariables, toStreamSettings } from './stream/stream-settings.ts';

export type QueryDependencies = {
  /** Belongs to the caller. One connection of it listens. */
  readonly pool: Pool;
  /** Tells a position that is merely not in a view yet from one that the log does not have; and operators, what waits there. */
  readonly log: Pick<EventLog, 'ends' | 'read'>;
  readonly logger: Logger;
  /** For what the service counts of itself. */
  readonly registry?: Registry | undefined;
  readonly streams?: Partial<StreamSettings> | undefined;
  /** Counts the lists over all claims before anybody asks: for a process that goes on. */
  readonly keepsLists?: boolean;
};

/** Registers the routes on a server of `createHttpServer`; what it opens it closes with the server. */
export function registerQuery(app: FastifyInstance, dependencies: QueryDependencies): void {
  const { pool, log, logger, registry, streams, keepsLists = false } = dependencies;
  const views = createViewReader(pool, logger);
  app.addHook('onClose', () => views.close());
  const reads = createReadContext({ pool, log, views, stopping: stoppingSignal(app) });
  registerEvents(app, reads);
  registerTimeline(app, reads);
  registerClaims(app, reads);
  registerChanges(app, reads);
  registerStream(app, { reads, logger, registry, settings: { ...defaultStreamSettings, ...streams } });
  registerMeasures(app, reads);
  registerStatistics(app, reads);
  registerDirectory(app, reads);
  registerCodelists(app, reads);
  registerSchemas(app);
  registerAdmin(app, { pool, log });
  registerParked(app, reads);
  registerRebuilds(app, reads);
  registerVerify(app, reads);
  registerRedactions(app, reads);
  registerDocuments(app, packageJson.version);
  registerAsyncApi(app, packageJson.version);
  if (keepsLists) keepLists(reads);
}
