/** The environment of the query service. */
import {
  accessVariables,
  databaseVariables,
  kafkaVariables,
  listenVariables,
  logVariables,
  parseEnvironment,
} from '@ledgerline/http';
import { z } from 'zod';

const defaultPort = 8080;

const schema = z.object({
  ...listenVariables(defaultPort),
  ...databaseVariables,
  ...kafkaVariables,
  ...accessVariables,
  ...logVariables,
});

/** @throws ConfigurationError naming every bad variable */
export function readConfig(environment = process.env): z.output<typeof schema> {
  return parseEnvironment(schema, environment);
}
