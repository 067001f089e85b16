/**
 * What each connection of a server is doing: which requests it has sent ahead of their answers, and whether it is idle.
 * Node takes a connection for idle whose answer was handed over and not sent yet, and would cut off a slow reader's.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export type Connections = {
  /** True where nothing was requested after `request` on its connection: from now on nothing will be. */
  endsWith(request: IncomingMessage): boolean;
  /** `endsWith` has been true of it: a request that comes now can't be answered any more. */
  isOver(socket: Socket): boolean;
  /** Resolves when no connection is left, or when the time is over. */
  emptiedWithin(timeoutMs: number): Promise<void>;
};

type Use = {
  newest: IncomingMessage | null;
  unanswered: number;
  /** When the last answer had gone: more than that has begun a request. */
  bytesRead: number;
  isOver: boolean;
};

/** Replaces the server's own `closeIdleConnections`, which its `close` calls. */
export function trackConnections(server: Server): Connections {
  const uses = new Map<Socket, Use>();
  let emptied: () => void = () => undefined;
  server.on('connection', (socket: Socket) => {
    uses.set(socket, { newest: null, unanswered: 0, bytesRead: 0, isOver: false });
    socket.once('close', () => {
      uses.delete(socket);
      if (uses.size === 0) emptied();
    });
  });
  // Before anybody handles it.
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const use = uses.get(request.socket);
    if (!use) return;
    use.newest = request;
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
    endsWith(request) {
      const use = uses.get(request.socket);
      if (use && use.newest === request) use.isOver = true;
      return use?.newest === request;
    },
    isOver: (socket) => uses.get(socket)?.isOver ?? false,
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
