/**
 * What each connection of a server is doing: which requests it has sent ahead of their answers, whether it is idle, and which
 * request is its last. Node takes a connection for idle whose answer was handed over and not sent yet, and would cut off a slow
 * reader's.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { closeGently } from './close-gently.ts';

export type Connections = {
  /** False for a request that comes after the last one of its connection, or while that is being closed: it can't be answered. */
  mayBegin(request: IncomingMessage): boolean;
  /** Asked by an answer about to be sent: true where it is to be the last. It is where nothing was requested after it so far. */
  endsWith(request: IncomingMessage): boolean;
  /** Gives each connection in use its last request: the newest one if its answer has not begun, or the next one. */
  endAll(): void;
  /** Resolves when no connection is left, or when the time is over. */
  emptiedWithin(timeoutMs: number): Promise<void>;
};

type Use = {
  newest: ServerResponse | null;
  unanswered: number;
  /** When the last answer had gone: more than that has begun a request. */
  bytesRead: number;
  /** No other is begun from now on. */
  last: IncomingMessage | null;
};

/** Replaces the server's own `closeIdleConnections`, which its `close` calls, and how its connections are closed. */
export function trackConnections(server: Server): Connections {
  const uses = new Map<Socket, Use>();
  let ending = false;
  let emptied: () => void = () => undefined;
  server.on('connection', (socket: Socket) => {
    // What Node calls when the last answer was written.
    socket.destroySoon = () => closeGently(socket);
    uses.set(socket, { newest: null, unanswered: 0, bytesRead: 0, last: null });
    socket.once('close', () => {
      uses.delete(socket);
      if (uses.size === 0) emptied();
    });
  });
  // Before anybody handles it.
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const use = uses.get(request.socket);
    if (!use) return;
    use.newest = response;
    use.unanswered += 1;
    response.once('close', () => {
      use.unanswered -= 1;
      use.bytesRead = request.socket.bytesRead;
    });
  });
  server.closeIdleConnections = () => {
    for (const [socket, use] of uses) {
      if (use.unanswered === 0 && socket.bytesRead === use.bytesRead) socket.destroySoon();
    }
  };
  return {
    mayBegin(request) {
      if (request.socket.writableEnded) return false;
      const use = uses.get(request.socket);
      if (!use) return true;
      if (ending) use.last ??= request;
      return use.last === null || use.last === request;
    },
    endsWith(request) {
      const use = uses.get(request.socket);
      if (!use) return false;
      if (use.newest?.req === request) use.last ??= request;
      return use.last === request;
    },
    endAll() {
      ending = true;
      for (const use of uses.values()) {
        if (use.newest !== null && !use.newest.headersSent) use.last ??= use.newest.req;
      }
    },
    async emptiedWithin(timeoutMs) {
      if (uses.size === 0) return;
      const over = Promise.withResolvers<void>();
      const timer = setTimeout(over.resolve, timeoutMs);
      emptied = over.resolve;
      await over.promise;
      clearTimeout(timer);
    },
  };
}
