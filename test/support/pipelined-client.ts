/** An HTTP client that sends requests ahead of their answers on one connection, as no library does, and counts bytes. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export type PipelinedAnswer = { readonly status: number; readonly close: boolean; readonly body: string };

export type PipelinedClient = {
  readonly socket: Socket;
  /** Whole answers so far, in the order of their requests. */
  readonly answers: readonly PipelinedAnswer[];
  /** Requests written so far. */
  sent(): number;
  send(method: string, path: string, body?: string, contentType?: string): void;
  /** Bytes of an answer that is not whole. */
  rest(): string;
  /** Resolves when the connection is over, with what broke it. */
  readonly over: Promise<Error | null>;
};

export async function openPipelined(baseUrl: string): Promise<PipelinedClient> {
  const { hostname, port } = new URL(baseUrl);
  const socket = connect(Number(port), hostname);
  const answers: PipelinedAnswer[] = [];
  let rest = '';
  let sent = 0;
  let fault: Error | null = null;
  socket.setEncoding('latin1');
  socket.on('error', (error) => {
    fault = error;
  });
  socket.on('data', (chunk: string) => {
    rest += chunk;
    for (let whole = takeAnswer(rest); whole !== null; whole = takeAnswer(rest)) {
      answers.push(whole.answer);
      rest = rest.slice(whole.length);
    }
  });
  const over = new Promise<Error | null>((resolve) => socket.on('close', () => resolve(fault)));
  await once(socket, 'connect');
  return {
    socket,
    answers,
    over,
    sent: () => sent,
    rest: () => rest,
    send(method, path, body = '', contentType = 'application/cloudevents+json') {
      sent += 1;
      const head = [`${method} ${path} HTTP/1.1`, `host: ${hostname}`];
      if (method === 'POST') head.push(`content-type: ${contentType}`, `content-length: ${Buffer.byteLength(body)}`);
      socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    },
  };
}

/** One whole answer at the beginning of the text; every answer of ours that is asked for here has a length. */
function takeAnswer(text: string): { readonly answer: PipelinedAnswer; readonly length: number } | null {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const head = text.slice(0, end);
  const size = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? Number.NaN);
  if (Number.isNaN(size)) throw new Error(`an answer without a length: ${head}`);
  const length = end + 4 + size;
  if (text.length < length) return null;
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
  return { answer: { status, close: /^connection: close$/im.test(head), body: text.slice(end + 4, length) }, length };
}
