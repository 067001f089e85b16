/** The variables of access in the shape that `createHttpServer` takes. */
import type { z } from 'zod';
import type { accessVariables } from '../environment/variables.ts';
import type { AccessKey } from './access-key.ts';
import type { RequestLimits } from './guard.ts';
import { readKeysFile } from './read-keys-file.ts';
import { createVerifyToken, type VerifyToken } from './verify-token.ts';

export type Access = {
  readonly keys: readonly AccessKey[];
  readonly tokens: VerifyToken | null;
  readonly requestLimits: RequestLimits;
  readonly corsOrigins: readonly string[];
};

/** @throws ConfigurationError where the keys file can't be read any more */
export function toAccess(variables: z.output<z.ZodObject<typeof accessVariables>>): Access {
  const {
    LEDGERLINE_JWKS_URL: jwksUrl,
    LEDGERLINE_JWKS_ISSUER: issuer,
    LEDGERLINE_JWKS_AUDIENCE: audience,
  } = variables;
  return {
    keys: variables.LEDGERLINE_KEYS_FILE === undefined ? [] : readKeysFile(variables.LEDGERLINE_KEYS_FILE),
    // parseEnvironment has seen to it that it is all three or none.
    tokens: jwksUrl && issuer && audience ? createVerifyToken({ jwksUrl, issuer, audience }) : null,
    requestLimits: {
      perKey: variables.LEDGERLINE_REQUEST_LIMIT_PER_KEY,
      perAddress: variables.LEDGERLINE_REQUEST_LIMIT_PER_ADDRESS,
    },
    corsOrigins: variables.LEDGERLINE_CORS_ORIGINS,
  };
}
