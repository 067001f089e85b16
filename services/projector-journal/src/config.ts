/** The environment of this projector. */
import { type Access, parseEnvironment, serviceVariables, toAccess, toKafkaEnvironment } from '@ledgerline/http';
import type { ProjectorConfig } from '@ledgerline/projection';
import { z } from 'zod';

const DEFAULT_PORT = 8082;

const schema = z.object(serviceVariables(DEFAULT_PORT));

/** @throws ConfigurationError naming every bad variable */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): ProjectorConfig<Access> {
  const config = parseEnvironment(schema, environment);
  return {
    ...config,
    access: toAccess(config),
    kafka: toKafkaEnvironment(config, 'ledgerline-projector-journal')?.settings ?? null,
  };
}
