/** The environment of this projector. */
import { readServiceEnvironment, type ServiceEnvironment } from '@ledgerline/http';

const DEFAULT_PORT = 8084;

/** @throws ConfigurationError naming every bad variable */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): ServiceEnvironment {
  return readServiceEnvironment('projector-statistics', DEFAULT_PORT, environment);
}
