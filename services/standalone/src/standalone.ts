/**
 * All services in one process: one log, one HTTP server for reading and writing, the three projections beside it.
 * Only the processes are joined, not the parts: what each of them does, it does as on its own.
 */
import { createPool, type PoolConfig } from '@ledgerline/database';
import { createHttpServer, createLogger, createRegistry, listen } from '@ledgerline/http';
import { awaitTopic, type IngestLog, ledgerSubjectRule, registerIngest } from '@ledgerline/ingest';
import { createKafkaLog, createPostgresLog, type Offsets } from '@ledgerline/log';
import { createProjection, createViewReader, type Projection, viewNames } from '@ledgerline/projection';
import { journalView } from '@ledgerline/projector-journal';
import { statisticsView } from '@ledgerline/projector-statistics';
import { timelineView } from '@ledgerline/projector-timeline';
import { READ_STATEMENT_TIMEOUT_MS, registerQuery } from '@ledgerline/query';
import type { StandaloneConfig } from './config.ts';
import { describeLinks } from './describe-links.ts';
import { loadSeeds } from './load-seeds.ts';
import { openDatabase } from './open-database.ts';

export type Standalone = { stop(): Promise<void>; readonly ended: Promise<void> };

const seedFolder = new URL('../../../seeds/', import.meta.url);
const CATCH_UP_MS = 20_000;
/** Reads, appends and projections each have a pool: a flood of one can't starve the others of connections. */
const connections = { read: 12, append: 6, project: 17 };

/** @param print where the links go when everything answers */
export async function startStandalone(
  config: StandaloneConfig,
  signal: AbortSignal,
  print: (text: string) => void,
): Promise<Standalone> {
  const logger = createLogger({ service: 'ledgerline', level: config.logLevel });
  const registry = createRegistry('ledgerline');
  const ended = Promise.withResolvers<void>();
  const stopping = new AbortController();
  const database = await openDatabase(config, logger, signal, ended.reject);
  const pool = (purpose: keyof typeof connections) => {
    const { connection } = database;
    return createPool(
      {
        connection,
        applicationName: `ledgerline-${purpose}`,
        max: connections[purpose],
        ...(purpose === 'read' && { statementTimeoutMs: READ_STATEMENT_TIMEOUT_MS }),
      } satisfies PoolConfig,
      logger,
    );
  };
  const pools = { read: pool('read'), append: pool('append'), project: pool('project') };

  const { kafka, partitions } = config;
  const shared = { pool: pools.append, logger, registry };
  const log: IngestLog = kafka
    ? createKafkaLog({ ...shared, kafka: kafka.settings, writer: { rule: ledgerSubjectRule } })
    : createPostgresLog({ ...shared, writer: { rule: ledgerSubjectRule, partitions } });
  const projections = [journalView, timelineView, statisticsView].map((view): [string, Projection] => [
    view.name,
    createProjection({ view, log, pool: pools.project, logger, registry }),
  ]);

  const app = createHttpServer({
    logger,
    registry,
    host: config.host,
    ...config.access,
    checks: [
      { name: 'database', check: async () => void (await pools.read.query('select 1')) },
      { name: 'log', check: async () => await log.ping() },
      ...projections.map(([view, projection]) => ({
        name: `projector-${view}`,
        check: async () => {
          const { ready, reason, detail } = projection.state();
          if (!ready) throw new Error(reason ?? 'not running');
          return detail ?? undefined;
        },
      })),
    ],
  });
  registerIngest(app, { log, ...(config.maxUploadBytes !== null && { maxUploadBytes: config.maxUploadBytes }) });
  registerQuery(app, { pool: pools.read, log, logger, registry, streams: config.streams, keepsLists: true });

  const stop = async () => {
    stopping.abort();
    await app.close();
    await Promise.all(projections.map(([, projection]) => projection.stop()));
    await log.close();
    await Promise.all(Object.values(pools).map((one) => one.end()));
    await database.stop();
  };

  try {
    const url = await listen(app, config);
    for (const [, projection] of projections) {
      projection.start();
      projection.ended.catch(ended.reject);
    }
    void begin(url).catch((error: unknown) => {
      if (!stopping.signal.aborted) ended.reject(error);
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop, ended: ended.promise };

  async function begin(url: string): Promise<void> {
    if (kafka) await awaitTopic(kafka, () => false, logger, stopping.signal);
    if (config.seeds) logger.info(await loadSeeds(log, seedFolder), 'seeds');
    await viewsHold(await log.ends());
    print(describeLinks(url));
  }

  /** So that the first thing a person asks shows everything; a long catch-up does not hold the links back for ever. */
  async function viewsHold(ends: Offsets): Promise<void> {
    const reader = createViewReader(pools.read, logger);
    const deadline = Date.now() + CATCH_UP_MS;
    await Promise.all(viewNames.map((view) => reader.waitForPosition(view, ends, deadline, stopping.signal)));
    await reader.close();
  }
}
