/**
 * Closing a server without an unknown outcome: it stops listening at once, answers what is under way and what still
 * arrives on open connections, the last of each with `connection: close`, leaves idle connections a moment to be used or
 * left, then ends them. fastify alone would end idle connections at once, under a request that is on its way.
 */
import type { Server as HttpServer } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { trackConnections } from './track-connections.ts';

export type StopTimes = {
  /** How long idle connections are kept. */
  readonly lingerMs: number;
  /** After this every connection is ended, whatever it is doing. */
  readonly deadlineMs: number;
};

const DEFAULT_TIMES: StopTimes = { lingerMs: 500, deadlineMs: 8_000 };
// By server, which encapsulated instances share with their root.
const signals = new WeakMap<HttpServer, AbortSignal>();

/** Aborted when the server begins to stop: streams say goodbye then, uploads end at the next line. */
export function stoppingSignal(app: FastifyInstance): AbortSignal {
  const signal = signals.get(app.server);
  if (!signal) throw new Error('not a server of createHttpServer');
  return signal;
}

export function stopGracefully(app: FastifyInstance, times = DEFAULT_TIMES): void {
  const { server } = app;
  const stop = new AbortController();
  signals.set(server, stop.signal);
  const connections = trackConnections(server);
  app.addHook('onRequest', (request, reply, done) => {
    if (connections.mayBegin(request.raw)) return done();
    // Its client has been told, or is about to be, that an answer before was the last: what is not begun is not lost.
    request.raw.resume();
    reply.hijack();
  });
  app.addHook('onSend', (request, reply, _payload, done) => {
    // The first answer that says `close` is the last one of its connection, however many requests were sent ahead.
    if (stop.signal.aborted) {
      const isLast = connections.endsWith(request.raw);
      void reply.header('connection', isLast ? 'close' : 'keep-alive');
    }
    done();
  });
  // Once lingering is over, a connection whose last answer promised keep-alive would hold the close up.
  let lingering = true;
  app.addHook('onResponse', (_request, _reply, done) => {
    if (!lingering) setImmediate(() => server.closeIdleConnections());
    done();
  });
  app.addHook('preClose', async () => {
    stop.abort();
    // http.Server's own close would end idle connections now; net's only stops listening.
    NetServer.prototype.close.call(server);
    const deadline = setTimeout(() => server.closeAllConnections(), times.deadlineMs);
    server.once('close', () => clearTimeout(deadline));
    await connections.emptiedWithin(times.lingerMs);
    lingering = false;
    // One that always has newer requests under way would never be told.
    connections.endAll();
  });
}
