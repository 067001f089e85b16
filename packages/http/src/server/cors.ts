/**
 * Cross-origin use, off unless origins are named. `*` opens reads only, so that no page anywhere can write.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';

const EXPOSED =
  'Ledgerline-Position, Link, ETag, Location, Retry-After, RateLimit-Policy, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset';
/** Those of binary mode included. */
const ALLOWED_HEADERS = [
  'Authorization, Content-Type, If-None-Match, Last-Event-ID, Prefer',
  'ce-specversion, ce-id, ce-source, ce-type, ce-subject, ce-time, ce-expectedversion, ce-dataschema',
  'ce-traceparent, ce-tracestate',
].join(', ');
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Adds the headers that let the request's origin read the answer, if it may. */
export function allowOrigin(origins: readonly string[], request: FastifyRequest, reply: FastifyReply): void {
  const { origin } = request.headers;
  if (origins.length === 0) return;
  void reply.header('vary', 'Origin');
  if (origin === undefined) return;
  const preflightFor = request.headers['access-control-request-method'];
  const method = request.method === 'OPTIONS' && preflightFor ? preflightFor : request.method;
  const named = origins.includes(origin);
  if (!named && !(origins.includes('*') && READS.has(method))) return;
  void reply.headers({ 'access-control-allow-origin': named ? origin : '*', 'access-control-expose-headers': EXPOSED });
}

/** What a preflight gets besides 204 and Allow, once `allowOrigin` has let its origin in. */
export function answerPreflight(methods: readonly string[], request: FastifyRequest, reply: FastifyReply): void {
  if (!request.headers['access-control-request-method'] || !reply.hasHeader('access-control-allow-origin')) return;
  void reply.headers({
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': ALLOWED_HEADERS,
    'access-control-max-age': '600',
  });
}
