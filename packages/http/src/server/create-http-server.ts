/**
 * The one way to make a server. Every answer that is an error is a problem; what guards all routes alike (URL, host,
 * origin, key) runs in one hook, in the order of refusals: 400, 421, 404, 405, 401/403.
 */
import { ConfigurationError } from '@ledgerline/database';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { AccessKey } from '../access/access-key.ts';
import { createGuard, type RequestLimits } from '../access/guard.ts';
import type { VerifyToken } from '../access/verify-token.ts';
import { createReadiness, type ReadinessCheck } from '../health/readiness.ts';
import { registerHealth } from '../health/register-health.ts';
import { answerFrameworkError, handleErrors } from '../problems/handle-errors.ts';
import { type Problem, problem } from '../problems/problem.ts';
import { registerProblemPages } from '../problems/problem-pages.ts';
import { refuseUnparsable } from '../problems/refuse-unparsable.ts';
import { checkUrl, toOriginForm } from './check-url.ts';
import { allowOrigin, answerPreflight } from './cors.ts';
import { watchKnownPaths } from './known-paths.ts';
import { hostNameOf, isLoopbackName } from './loopback-names.ts';
import { measureRequests } from './request-metrics.ts';
import { type StopTimes, stopGracefully } from './stop-gracefully.ts';

export type HttpServerOptions = {
  readonly logger: Logger;
  readonly registry: Registry;
  /** The address it will listen on: decides whether keys are needed and which Host headers are taken. */
  readonly host: string;
  readonly checks: readonly ReadinessCheck[];
  readonly keys?: readonly AccessKey[];
  readonly tokens?: VerifyToken | null;
  /** None on loopback. */
  readonly requestLimits?: RequestLimits;
  readonly corsOrigins?: readonly string[];
  /** 15 s by default. */
  readonly headersTimeoutMs?: number;
  readonly stopTimes?: StopTimes;
};

const MAX_HEADER_BYTES = 16 * 1024;
const HEADERS_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_MS = 72_000;
/** A source of 512 characters, all of them percent-encoded, and room. */
const MAX_PARAMETER_LENGTH = 8_192;
const NO_QUERY = Object.freeze({});

/** Not listening yet. @throws ConfigurationError off loopback where nobody could be told from anybody */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const { logger, registry, keys = [], tokens = null, requestLimits = null, corsOrigins = [] } = options;
  const loopback = isLoopbackName(options.host);
  if (!loopback && keys.length === 0 && tokens === null) {
    throw new ConfigurationError(
      `HOST=${options.host} is reachable from other machines: set LEDGERLINE_KEYS_FILE to a file with at least one key, or LEDGERLINE_JWKS_URL`,
    );
  }
  const loggerInstance: FastifyBaseLogger = logger;
  const app: FastifyInstance = fastify({
    loggerInstance,
    // A child logger per request costs more than everything else fastify does for it.
    childLoggerFactory: (parent) => parent,
    logController: new LogController({ disableRequestLogging: true }),
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS,
      // Bodies have a deadline of progress, not of total time: see read-body.ts.
      requestTimeout: 0,
      connectionsCheckingInterval: Math.min(1_000, options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS),
    },
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    return503OnClosing: false,
    clientErrorHandler: refuseUnparsable,
    frameworkErrors: answerFrameworkError(logger),
    rewriteUrl: (request) => toOriginForm(request.url ?? '/'),
    // parseQuery reads the query strictly; nothing may read it leniently by accident.
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH, querystringParser: () => NO_QUERY },
  });
  // Handlers read bodies themselves (readBody, readJsonBody): fastify has no parser that alters one, refuses it out of order, or
  // is looked for.
  app.removeAllContentTypeParsers();
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    app.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  }
  handleErrors(app, logger);
  const paths = watchKnownPaths(app);
  const limits = loopback ? null : requestLimits;
  const guard = keys.length > 0 || tokens || limits ? createGuard({ keys, tokens, limits }) : null;
  app.addHook('onRequest', (request, reply, done) => {
    const url = request.raw.url ?? '/';
    // What is stored as text must never be taken for a page.
    void reply.header('x-content-type-options', 'nosniff');
    const refusal = checkUrl(url) ?? (loopback ? checkHost(request.raw.rawHeaders) : null);
    if (refusal) return done(refusal);
    if (corsOrigins.length > 0) allowOrigin(corsOrigins, request, reply);
    if (!request.is404) {
      const verdict = guard === null ? null : guard(request, reply);
      if (!(verdict instanceof Promise)) return verdict ? done(verdict) : done();
      return void verdict.then((late) => (late ? done(late) : done()));
    }
    const methods = paths.methodsOf(url.split('?', 1)[0] ?? '/');
    if (methods.length === 0) return done(problem('not-found'));
    const allow = methods.join(', ');
    if (request.method !== 'OPTIONS') return done(methodNotAllowed(request.method, allow));
    answerPreflight(methods, request, reply);
    return reply.code(204).header('allow', allow).send();
  });
  stopGracefully(app, options.stopTimes);
  measureRequests(app, registry, logger);
  registerHealth(app, createReadiness(options.checks), registry);
  registerProblemPages(app);
  return app;
}

/** Node takes the first of several Host headers; which one another party took can't be known. */
function checkHost(rawHeaders: readonly string[]): Problem | null {
  let host: string | null = null;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length !== 4 || name.toLowerCase() !== 'host') continue;
    if (host !== null) return problem('bad-request', 'There is more than one Host header.');
    host = rawHeaders[index + 1] ?? '';
  }
  if (host === null) return null; // HTTP/1.0; the parser refuses it in 1.1
  const name = hostNameOf(host);
  if (name !== null && isLoopbackName(name)) return null;
  return problem('misdirected-host', 'This server answers only requests for localhost.');
}

const methodNotAllowed = (method: string, allow: string) =>
  problem('method-not-allowed', `${method} is not taken here. Allowed: ${allow}.`, { headers: { allow } });
