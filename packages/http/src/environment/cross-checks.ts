/**
 * What is wrong between variables, told from the raw environment, so that it is named in one go with the variables that
 * are wrong by themselves.
 */
import { ConfigurationError } from '@ledgerline/database';
import { readKeysFile } from '../access/read-keys-file.ts';
import { isLoopbackName } from '../server/loopback-names.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Run where a schema has the variable. */
export const crossChecks: Readonly<Record<string, (environment: Environment) => readonly string[]>> = {
  LEDGERLINE_KEYS_FILE: accessProblems,
  LEDGERLINE_JWKS_URL: (environment) =>
    allOrNone(environment, ['LEDGERLINE_JWKS_URL', 'LEDGERLINE_JWKS_ISSUER', 'LEDGERLINE_JWKS_AUDIENCE']),
  KAFKA_SASL_MECHANISM: (environment) =>
    allOrNone(environment, ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD']),
};

function accessProblems(environment: Environment): readonly string[] {
  const { HOST: host, LEDGERLINE_KEYS_FILE: path, LEDGERLINE_JWKS_URL: jwks } = environment;
  if (path !== undefined) {
    try {
      readKeysFile(path);
    } catch (error) {
      if (error instanceof ConfigurationError) return error.problems;
      throw error;
    }
  } else if (jwks === undefined && host !== undefined && !isLoopbackName(host)) {
    const instead = '(or LEDGERLINE_JWKS_URL)';
    return [
      `LEDGERLINE_KEYS_FILE: is needed ${instead} where HOST is no loopback address: other machines can reach it`,
    ];
  }
  return [];
}

function allOrNone(environment: Environment, names: readonly string[]): readonly string[] {
  const missing = names.filter((name) => environment[name] === undefined);
  if (missing.length === 0 || missing.length === names.length) return [];
  const given = names.filter((name) => !missing.includes(name)).join(', ');
  return missing.map((name) => `${name}: is needed beside ${given}`);
}
