/** The environment of this projector. */
import {
  accessVariables,
  databaseVariables,
  kafkaVariables,
  listenVariables,
  logVariables,
  parseEnvironment,
  toKafkaEnvironment,
} from '@ledgerline/http';
import type { ProjectorConfig } from '@ledgerline/projection';
import { z } from 'zod';

const defaultPort = 8082;

const schema = z.object({
  ...listenVariables(defaultPort),
  ...databaseVariables,
  ...kafkaVariables,
  ...accessVariables,
  ...logVariables,
});

/** @throws ConfigurationError naming every bad variable */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): ProjectorConfig {
  const config = parseEnvironment(schema, environment);
  return { ...config, kafka: toKafkaEnvironment(config, 'ledgerline-projector-journal')?.settings ?? null };
}
