/**
 * JWTs as credentials: signed by a key of the JWKS with one of the pinned algorithms, of our issuer, for our audience, and
 * not over. What the algorithms are is ours to say, never the token's: `none` and shared secrets are not among them.
 */
import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from 'jose';
import { type Problem, problem } from '../problems/problem.ts';
import type { Grant } from './access-key.ts';
import { isScope } from './access-key.ts';
import { CHALLENGE } from './challenge.ts';

export type TokenSettings = {
  /** Of the JSON Web Key Set. */
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly audience: string;
  readonly times?: Partial<TokenTimes>;
};

export type TokenTimes = {
  /** How long the key set has to answer. */
  readonly fetchTimeoutMs: number;
  /** Keys that were taken out of the set are good for so long. */
  readonly maxAgeMs: number;
  /** After a fetch: how long unknown keys do not cause another. */
  readonly cooldownMs: number;
  /** After a fetch that failed: how long no other is tried. */
  readonly failurePauseMs: number;
};

/** Never rejects. */
export type VerifyToken = (token: string) => Promise<Grant | Problem>;

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'];
const CLOCK_TOLERANCE_S = 60;
const DEFAULT_TIMES: TokenTimes = {
  fetchTimeoutMs: 5_000,
  maxAgeMs: 600_000,
  cooldownMs: 10_000,
  failurePauseMs: 1_000,
};
/** A name is kept of who did something, in PostgreSQL and in log lines. */
const NAME = /^[^\p{Cc}\p{Cs}]{1,255}$/u;

/** Nothing is fetched before the first token comes. */
export function createVerifyToken({ jwksUrl, issuer, audience, times = {} }: TokenSettings): VerifyToken {
  const { fetchTimeoutMs, maxAgeMs, cooldownMs, failurePauseMs } = { ...DEFAULT_TIMES, ...times };
  const keySet = createRemoteJWKSet(new URL(jwksUrl), {
    timeoutDuration: fetchTimeoutMs,
    cacheMaxAge: maxAgeMs,
    cooldownDuration: cooldownMs,
    [customFetch]: pausingAfterFailure(failurePauseMs),
  });
  const rules = {
    issuer,
    audience,
    algorithms: ALGORITHMS,
    clockTolerance: CLOCK_TOLERANCE_S,
    requiredClaims: ['exp'],
  };
  return async (token) => {
    try {
      return toGrant((await jwtVerify(token, keySet, rules)).payload);
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) return toProblem(error);
      // No `kid`, and several keys that might be meant.
      for await (const key of error) {
        const outcome = await jwtVerify(token, key, rules).then(({ payload }) => toGrant(payload), toProblem);
        if ('scopes' in outcome || outcome.detail !== BAD_SIGNATURE) return outcome;
      }
      return refusedToken(BAD_SIGNATURE);
    }
  };
}

/** `scope` as of RFC 8693, or `scp`; each scope by its name or as `ledgerline:<name>`. */
function toGrant({ sub, scope, scp, client_id: clientId }: JWTPayload): Grant | Problem {
  const name = sub ?? clientId;
  if (typeof name !== 'string' || !NAME.test(name)) return refusedToken('The token names nobody (sub).');
  const listed = scope ?? scp;
  const granted = Array.isArray(listed) ? listed : typeof listed === 'string' ? listed.split(' ') : [];
  const scopes = granted.map((one) => String(one).replace(/^ledgerline:/, '')).filter(isScope);
  return { name: `jwt:${name}`, scopes };
}

const BAD_SIGNATURE = 'The token is not signed by a key of the key set.';

function toProblem(error: unknown): Problem {
  if (error instanceof errors.JWTExpired) return refusedToken('The token has expired.');
  if (error instanceof errors.JWTClaimValidationFailed) return refusedToken(`The token does not fit: ${error.claim}.`);
  if (error instanceof errors.JOSEAlgNotAllowed) return refusedToken('The token’s algorithm is not taken here.');
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey) {
    return refusedToken(BAD_SIGNATURE);
  }
  if (
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JOSENotSupported
  ) {
    return refusedToken('The token is malformed.');
  }
  // Everything else befell the key set: nobody can tell now whether the token is good.
  return problem('key-set-unavailable');
}

export function refusedToken(detail: string): Problem {
  return problem('unauthenticated', detail, { headers: { 'www-authenticate': `${CHALLENGE}, error="invalid_token"` } });
}

/** A set that does not answer is not asked for every token that comes. */
function pausingAfterFailure(pauseMs: number): typeof fetch {
  let failedAt = Number.NEGATIVE_INFINITY;
  return async (input, init) => {
    if (performance.now() - failedAt < pauseMs) throw new Error('the key set did not answer a moment ago');
    try {
      const response = await fetch(input, init);
      if (response.status !== 200) failedAt = performance.now();
      return response;
    } catch (error) {
      failedAt = performance.now();
      throw error;
    }
  };
}
