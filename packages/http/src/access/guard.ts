/**
 * Who may do what, and how often. A route says its scope; one that says nothing needs `read` to be read and `write` for
 * anything else, so that forgetting it opens nothing. Without keys and tokens (loopback only) everything is open.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem, problem } from '../problems/problem.ts';
import { type AccessKey, findKey, type Grant, type Scope } from './access-key.ts';
import { CHALLENGE } from './challenge.ts';
import { rememberKeyName } from './key-name.ts';
import { type Allowance, clientOfAddress, createRequestLimiter, WINDOW_SECONDS } from './request-limiter.ts';
import { refusedToken, type VerifyToken } from './verify-token.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a key must allow; `none` for what anybody may see. */
    scope?: Scope | 'none';
    /** Asked by supervisors, however often they like. */
    unlimited?: boolean;
  }
}

/** Requests in a minute. */
export type RequestLimits = { readonly perKey: number; readonly perAddress: number };

export type GuardOptions = {
  readonly keys: readonly AccessKey[];
  readonly tokens: VerifyToken | null;
  /** null: as many as they like. */
  readonly limits: RequestLimits | null;
};

/** null where the request may go on. At once where no token has to be verified. Never rejects. */
export type Guard = (request: FastifyRequest, reply: FastifyReply) => Problem | null | Promise<Problem | null>;

export function createGuard({ keys, tokens, limits }: GuardOptions): Guard {
  const byKey = limits && createRequestLimiter(limits.perKey);
  /** Of whoever has no good key: what is open to all, and attempts at the rest. */
  const byAddress = limits && createRequestLimiter(limits.perAddress);

  const countAddress = (request: FastifyRequest, reply: FastifyReply): Problem | null =>
    byAddress && spend(reply, byAddress.take(clientOfAddress(request.ip)), 'address');

  const admit = (request: FastifyRequest, reply: FastifyReply, scope: Scope, grant: Grant | Problem) => {
    if (grant instanceof Problem) {
      // What is no fault of the client's is not held against its address.
      return grant.status === 401 ? (countAddress(request, reply) ?? grant) : grant;
    }
    const excess = byKey && spend(reply, byKey.take(grant.name), 'key');
    if (excess) return excess;
    if (!grant.scopes.includes(scope)) return scopeMissing(scope);
    rememberKeyName(request, grant.name);
    return null;
  };

  return (request, reply) => {
    const { scope: needed, unlimited } = request.routeOptions.config;
    const scope = needed ?? (isRead(request.method) ? 'read' : 'write');
    if (scope === 'none') return unlimited ? null : countAddress(request, reply);
    if (keys.length === 0 && tokens === null) return null;
    const credential = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (credential === undefined) return admit(request, reply, scope, noCredential());
    // A key of ours has no dot, a token always.
    if (tokens !== null && credential.includes('.')) {
      return tokens(credential).then((grant) => admit(request, reply, scope, grant));
    }
    return admit(request, reply, scope, findKey(keys, credential) ?? refusedToken('The key is not known.'));
  };
}

function spend(reply: FastifyReply, allowance: Allowance, whose: 'key' | 'address'): Problem | null {
  const { limit, remaining, resetSeconds, exceeded } = allowance;
  void reply.headers({
    'ratelimit-policy': `${limit};w=${WINDOW_SECONDS}`,
    'ratelimit-limit': limit,
    'ratelimit-remaining': remaining,
    'ratelimit-reset': resetSeconds,
  });
  if (!exceeded) return null;
  const detail = `This ${whose} may send ${limit} requests in ${WINDOW_SECONDS} s.`;
  return problem('too-many-requests', detail, { retryAfter: resetSeconds });
}

function noCredential(): Problem {
  const detail = 'Send the header "Authorization: Bearer <key>".';
  return problem('unauthenticated', detail, { headers: { 'www-authenticate': CHALLENGE } });
}

function scopeMissing(scope: Scope): Problem {
  const challenge = `${CHALLENGE}, error="insufficient_scope", scope="${scope}"`;
  return problem('scope-missing', `This needs a key with scope "${scope}".`, {
    headers: { 'www-authenticate': challenge },
  });
}

const isRead = (method: string) => method === 'GET' || method === 'HEAD';
