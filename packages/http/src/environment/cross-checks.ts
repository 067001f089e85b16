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
  KAFKA_SASL_MECHANISM: saslProblems,
};

function accessProblems({ HOST: host, LEDGERLINE_KEYS_FILE: path }: Environment): readonly string[] {
  if (path !== undefined) {
    try {
      readKeysFile(path);
    } catch (error) {
      if (error instanceof ConfigurationError) return error.problems;
      throw error;
    }
  } else if (host !== undefined && !isLoopbackName(host)) {
    return ['LEDGERLINE_KEYS_FILE: is needed where HOST is no loopback address: other machines can reach it'];
  }
  return [];
}

function saslProblems(environment: Environment): readonly string[] {
  const names = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'];
  const missing = names.filter((name) => environment[name] === undefined);
  if (missing.length === 0 || missing.length === names.length) return [];
  return missing.map((name) => `${name}: is needed beside the other KAFKA_SASL_* variables`);
}
