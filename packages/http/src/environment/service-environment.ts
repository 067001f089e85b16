/** The environment of a service that takes no variables but those every service takes. */
import { z } from 'zod';
import { type Access, toAccess } from '../access/to-access.ts';
import { type KafkaEnvironment, toKafkaEnvironment } from './kafka-environment.ts';
import { parseEnvironment } from './parse-environment.ts';
import { serviceVariables } from './variables.ts';

export type ServiceEnvironment = z.output<z.ZodObject<ReturnType<typeof serviceVariables>>> & {
  readonly access: Access;
  /** null: the log is in PostgreSQL. */
  readonly kafka: KafkaEnvironment['settings'] | null;
};

/**
 * @param service as brokers' logs name it, after `ledgerline-`
 * @param port where PORT is not set
 * @throws ConfigurationError naming every bad variable
 */
export function readServiceEnvironment(
  service: string,
  port: number,
  environment: NodeJS.ProcessEnv,
): ServiceEnvironment {
  const variables = parseEnvironment(z.object(serviceVariables(port)), environment);
  const kafka = toKafkaEnvironment(variables, `ledgerline-${service}`)?.settings ?? null;
  return { ...variables, access: toAccess(variables), kafka };
}
