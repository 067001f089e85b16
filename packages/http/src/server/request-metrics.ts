/**
 * One histogram of requests and one log line where a request is worth it. Labels are bounded: the route's pattern and
 * never the path, known methods only. No request writes a line at info unless it was slow or failed.
 */
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { Histogram, type Registry } from 'prom-client';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Lasts as long as the client likes: its time says nothing. */
    longLived?: boolean;
  }
}

const SLOW_MS = 1_000;
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export function measureRequests(app: FastifyInstance, registry: Registry, logger: Logger): void {
  const histogram = new Histogram({
    name: 'ledgerline_http_request_seconds',
    help: 'Time from the request head to the end of the answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  // prom-client hashes the labels on each call; a child per combination is looked up once and kept.
  const children = new Map<string, { observe(seconds: number): void }>();
  app.addHook('onResponse', (request, reply, done) => {
    const method = METHODS.has(request.method) ? request.method : 'other';
    const route = request.routeOptions.url ?? 'unmatched';
    const status = reply.statusCode;
    if (request.routeOptions.config.longLived && status === 200) return done();
    const key = `${status} ${method} ${route}`;
    let child = children.get(key);
    if (!child) children.set(key, (child = histogram.labels({ method, route, status })));
    const { elapsedTime } = reply;
    child.observe(elapsedTime / 1000);
    const line = () => ({ method, route, status, ms: Math.round(elapsedTime) });
    // A probe of what is not ready says so every second; the state's change is the dependency's to log.
    if (status >= 500 && route !== '/health/ready') logger.warn(line(), 'request');
    else if (elapsedTime > SLOW_MS) logger.info(line(), 'slow request');
    else if (logger.isLevelEnabled('debug')) logger.debug(line(), 'request');
    done();
  });
}
