/** The keys file, read once at the start: `{ "keys": [ { "name", "hash", "scopes" } ] }`. */
import { readFileSync } from 'node:fs';
import { ConfigurationError } from '@ledgerline/database';
import { z } from 'zod';
import { type AccessKey, accessKeySchema } from './access-key.ts';

const keysFileSchema = z.strictObject({ keys: z.array(accessKeySchema) });

/** @throws ConfigurationError naming everything that is wrong with the file, but no key or hash */
export function readKeysFile(path: string): AccessKey[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason =
      error instanceof SyntaxError ? 'is not JSON' : `cannot be read (${(error as { code?: string }).code})`;
    throw new ConfigurationError(`LEDGERLINE_KEYS_FILE: ${path} ${reason}`, { cause: error });
  }
  const parsed = keysFileSchema.safeParse(value);
  if (!parsed.success) {
    throw new ConfigurationError(
      parsed.error.issues.map((issue) => `LEDGERLINE_KEYS_FILE: ${path}: /${issue.path.join('/')}: ${issue.message}`),
    );
  }
  const { keys } = parsed.data;
  const twice = keys.map(({ name }) => name).filter((name, index, names) => names.indexOf(name) !== index);
  if (twice.length > 0)
    throw new ConfigurationError(`LEDGERLINE_KEYS_FILE: ${path}: name given twice: ${twice.join(', ')}`);
  return keys;
}
