/**
 * Who may do what. A route says its scope; one that says nothing needs `read` to be read and `write` for anything else,
 * so that forgetting it opens nothing. Without keys (loopback only) everything is open.
 */
import type { FastifyRequest } from 'fastify';
import { type Problem, problem } from '../problems/problem.ts';
import { type AccessKey, findKey, type Scope } from './access-key.ts';
import { rememberKeyName } from './key-name.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a key must allow; `none` for what anybody may see. */
    scope?: Scope | 'none';
  }
}

const CHALLENGE = 'Bearer realm="ledgerline"';

/** null where the request may go on. */
export function authorize(keys: readonly AccessKey[], request: FastifyRequest): Problem | null {
  const scope = request.routeOptions.config.scope ?? (isRead(request.method) ? 'read' : 'write');
  if (scope === 'none') return null;
  const { authorization } = request.headers;
  const key = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(authorization ?? '')?.[1];
  if (key === undefined) {
    const detail = 'Send the header "Authorization: Bearer <key>".';
    return problem('unauthenticated', detail, { headers: { 'www-authenticate': CHALLENGE } });
  }
  const entry = findKey(keys, key);
  if (!entry) {
    const challenge = `${CHALLENGE}, error="invalid_token"`;
    return problem('unauthenticated', 'The key is not known.', { headers: { 'www-authenticate': challenge } });
  }
  if (entry.scopes.includes(scope)) {
    rememberKeyName(request, entry.name);
    return null;
  }
  const challenge = `${CHALLENGE}, error="insufficient_scope", scope="${scope}"`;
  return problem('scope-missing', `This needs a key with scope "${scope}".`, {
    headers: { 'www-authenticate': challenge },
  });
}

const isRead = (method: string) => method === 'GET' || method === 'HEAD';
