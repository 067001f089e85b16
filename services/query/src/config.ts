/** The environment of the query service. */
import { parseEnvironment, serviceVariables, streamVariables } from '@ledgerline/http';
import { z } from 'zod';

const DEFAULT_PORT = 8080;

const schema = z.object({ ...serviceVariables(DEFAULT_PORT), ...streamVariables });

/** @throws ConfigurationError naming every bad variable */
export function readConfig(environment = process.env): z.output<typeof schema> {
  return parseEnvironment(schema, environment);
}
