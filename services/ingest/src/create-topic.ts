/**
 * One step of its own, before the services start: creates the topic where it is missing and checks it.
 * Ends with 0; 1 where no broker answered in time; 78 where the topic is there and can be no log.
 */
import { ConfigurationError, createLogger, runService, toKafkaEnvironment } from '@ledgerline/http';
import { LogFault } from '@ledgerline/log';
import { awaitTopic, isUnsuitable } from './await-topic.ts';
import { readTopicConfig } from './config.ts';

const DEADLINE_MS = 60_000;

await runService(async (signal) => {
  const config = readTopicConfig();
  const logger = createLogger({ service: 'create-topic', level: config.LOG_LEVEL });
  const kafka = toKafkaEnvironment(config, 'ledgerline-create-topic');
  if (!kafka) throw new ConfigurationError('KAFKA_BROKERS: is not set');
  const late = AbortSignal.timeout(DEADLINE_MS);
  try {
    const log = await awaitTopic(kafka, isUnsuitable, logger, AbortSignal.any([signal, late]));
    logger.info({ topic: kafka.settings.topic, ...log }, 'the topic is ready');
  } catch (error) {
    if (error instanceof LogFault) throw new ConfigurationError(`KAFKA_TOPIC: ${error.message}`, { cause: error });
    if (late.aborted)
      throw new Error(`the topic could not be made ready within ${DEADLINE_MS / 1000} s`, { cause: error });
    throw error;
  }
  return { ended: Promise.resolve(), stop: () => Promise.resolve() };
});
