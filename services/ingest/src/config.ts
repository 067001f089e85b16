/** The environment of the ingest service, and of the step that creates the topic. */
import { bytesVariable, kafkaVariables, logVariables, parseEnvironment, serviceVariables } from '@ledgerline/http';
import { z } from 'zod';

const DEFAULT_PORT = 8081;

const ingestSchema = z.object({
  ...serviceVariables(DEFAULT_PORT),
  LEDGERLINE_MAX_UPLOAD_BYTES: bytesVariable.default(1024 * 1024 * 1024),
});

const topicSchema = z.object({
  ...kafkaVariables,
  ...logVariables,
  KAFKA_BROKERS: kafkaVariables.KAFKA_BROKERS.unwrap(),
});

/** @throws ConfigurationError naming every bad variable */
export function readConfig(environment = process.env): z.output<typeof ingestSchema> {
  return parseEnvironment(ingestSchema, environment);
}

/** @throws ConfigurationError naming every bad variable; a broker is needed here */
export function readTopicConfig(environment = process.env): z.output<typeof topicSchema> {
  return parseEnvironment(topicSchema, environment);
}
