/**
 * What Node's HTTP parser refuses never becomes a request: the answer is written to the socket here, bare but whole,
 * and the connection ends, because the parser has lost its place in it.
 */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

type ParserError = Error & { code?: string };

const statusOf: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
};

export function refuseUnparsable(this: FastifyInstance, error: ParserError, socket: Socket): void {
  // What comes after a refusal is refused again, and thrown away.
  if (error.code === 'ECONNRESET' || socket.writableEnded) return;
  // Node keeps the response under way on the socket: a second head in its middle would be read as its body.
  const { _httpMessage: response } = socket as Socket & { _httpMessage?: { headersSent?: boolean } };
  if (!socket.writable || response?.headersSent) {
    socket.destroy();
    return;
  }
  const status = statusOf[error.code ?? ''] ?? 400;
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  socket.destroySoon();
}
