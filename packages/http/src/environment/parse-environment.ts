/** Environment variables through zod: a typed configuration, or one error that names every bad variable. */
import { ConfigurationError } from '@ledgerline/database';
import type { z } from 'zod';
import { crossChecks, type Environment } from './cross-checks.ts';

/**
 * @param schema an object schema whose keys are variable names; a variable set to nothing counts as not set
 * @throws ConfigurationError naming all that is wrong; values are not repeated, they may be secret
 */
export function parseEnvironment<S extends z.ZodObject>(schema: S, environment: Environment): z.output<S> {
  const names = Object.keys(schema.shape);
  const given: Environment = Object.fromEntries(
    names.map((name) => [name, environment[name]?.trim() || undefined]).filter(([, value]) => value !== undefined),
  );
  const parsed = schema.safeParse(given);
  const problems = [
    ...(parsed.error?.issues ?? []).map((issue) => {
      const name = issue.path.join('.');
      return given[name] === undefined ? `${name}: is not set` : `${name}: ${issue.message}`;
    }),
    ...names.flatMap((name) => crossChecks[name]?.(given) ?? []),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  return parsed.data as z.output<S>;
}
