/**
 * The query service as a process. It listens at once and says "not ready" until its database and log can be used.
 * The log is only asked for its ends.
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
import { registerQuery, toStreamSettings } from './app.ts';
import { readConfig } from './config.ts';
import { READ_STATEMENT_TIMEOUT_MS } from './statement-timeout.ts';

await runService(async () => {
  const config = readConfig();
  const logger = createLogger({ service: 'query', level: config.LOG_LEVEL });
  const registry = createRegistry('query');
  const pool = createPool(
    {
      connection: config.DATABASE_URL,
      applicationName: 'ledgerline-query',
      statementTimeoutMs: READ_STATEMENT_TIMEOUT_MS,
    },
    logger,
  );
  const kafka = toKafkaEnvironment(config, 'ledgerline-query');
  const log = kafka
    ? createKafkaLog({ kafka: kafka.settings, pool, logger, registry })
    : createPostgresLog({ pool, logger, registry });
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
  registerQuery(app, { pool, log, logger, registry, streams: toStreamSettings(config), keepsLists: true });
  await listen(app, { host: config.HOST, port: config.PORT });
  return {
    async stop() {
      await app.close();
      await log.close();
      await pool.end();
    },
  };
});
