/** A server of its own for one test, on a free port, closed with the test. */

import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { Test } from 'tap';
import { createHttpServer, type HttpServerOptions, listen } from '../src/index.ts';

export type TestServer = {
  readonly app: FastifyInstance;
  readonly url: string;
  readonly port: number;
  /** What was logged, a line each. */
  readonly lines: readonly string[];
};

export async function startServer(
  t: Test,
  routes: (app: FastifyInstance) => void = () => undefined,
  options: Partial<HttpServerOptions> = {},
): Promise<TestServer> {
  const lines: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const app = createHttpServer({ logger, registry: new Registry(), host: '127.0.0.1', checks: [], ...options });
  routes(app);
  t.teardown(() => app.close());
  const url = await listen(app, { host: '127.0.0.1', port: 0 });
  return { app, url, port: Number(new URL(url).port), lines };
}
