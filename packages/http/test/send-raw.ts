/** Bytes onto a socket, and all that comes back until the other side closes. */
import { connect } from 'node:net';

export type RawAnswer = {
  /** 0 where nothing came back. */
  readonly status: number;
  readonly text: string;
  /** The server ended the connection; false where the deadline did. */
  readonly closed: boolean;
  /** How the connection broke, if it did. */
  readonly error: Error | null;
};

/** @param pieces sent one after the other, each as soon as the one before has gone */
export function sendRaw(port: number, pieces: string | readonly string[], deadlineMs = 5_000): Promise<RawAnswer> {
  const { promise, resolve } = Promise.withResolvers<RawAnswer>();
  const socket = connect(port, '127.0.0.1');
  let text = '';
  let error: Error | null = null;
  const settle = (closed: boolean) => {
    clearTimeout(timer);
    socket.destroy();
    resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text, closed, error });
  };
  const timer = setTimeout(() => settle(false), deadlineMs);
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', (reason) => {
    error = reason;
  });
  socket.on('close', () => settle(true));
  for (const piece of [pieces].flat()) socket.write(piece, 'latin1');
  return promise;
}
