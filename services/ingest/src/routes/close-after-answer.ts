/**
 * Ends a connection on which the client is still sending, once the answer is out: the rest is read and thrown away for
 * a moment, because closing with bytes unread resets the connection and may take the answer with it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

const LINGER_MS = 2_000;

export function closeAfterAnswer(request: IncomingMessage, response: ServerResponse): void {
  response.once('finish', () => {
    const { socket } = request;
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => clearTimeout(timer));
    socket.end();
    request.resume();
  });
}
