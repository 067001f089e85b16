/**
 * The ingest service as a process. It listens at once and says "not ready" until its database and log can be used;
 * they may come, go and come back without its ending.
 */
import { createPool } from '@ledgerline/database';
import {
  createHttpServer,
  createLogger,
  createRegistry,
  listen,
  runService,
  toAccess,
  toKafkaEnvironment,
} from '@ledgerline/http';
import { createKafkaLog, createPostgresLog } from '@ledgerline/log';
import { type IngestLog, ledgerSubjectRule, registerIngest } from './app.ts';
import { awaitTopic } from './await-topic.ts';
import { readConfig } from './config.ts';

await runService(async () => {
  const config = readConfig();
  const logger = createLogger({ service: 'ingest', level: config.LOG_LEVEL });
  const registry = createRegistry('ingest');
  const pool = createPool({ connection: config.DATABASE_URL, applicationName: 'ledgerline-ingest' }, logger);
  const kafka = toKafkaEnvironment(config, 'ledgerline-ingest');
  const log: IngestLog = kafka
    ? createKafkaLog({ kafka: kafka.settings, pool, logger, registry, writer: { rule: ledgerSubjectRule } })
    : createPostgresLog({
        pool,
        logger,
        registry,
        writer: { rule: ledgerSubjectRule, partitions: config.KAFKA_PARTITIONS },
      });
  const app = createHttpServer({
    logger,
    registry,
    host: config.HOST,
    ...toAccess(config),
    checks: [
      { name: 'database', check: async () => void (await pool.query('select 1')) },
      { name: 'log', check: async () => await log.ping() },
    ],
  });
  registerIngest(app, { log, maxUploadBytes: config.LEDGERLINE_MAX_UPLOAD_BYTES });
  await listen(app, { host: config.HOST, port: config.PORT });

  const stopping = new AbortController();
  // A topic that can be no log is told by readiness; an operator may mend it meanwhile.
  const topic = kafka ? awaitTopic(kafka, () => false, logger, stopping.signal) : Promise.resolve();
  const ended = Promise.withResolvers<void>();
  topic.catch((error: unknown) => {
    if (!stopping.signal.aborted) ended.reject(error);
  });
  return {
    ended: ended.promise,
    async stop() {
      stopping.abort();
      await app.close();
      await log.close();
      await topic.catch(() => undefined);
      await pool.end();
    },
  };
});
