/**
 * The limit for a stream: bytes that somebody posts, gathered for 20 ms and written to every open connection as one shared
 * buffer. Nothing is stored, ordered, chosen, resumed or bounded.
 * Prints where it listens. GET is a stream, POST is written to all.
 */
import { createServer, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

const gatherMs = 20;
const streams = new Set<ServerResponse>();
let gathered: Buffer[] = [];
let timer: NodeJS.Timeout | undefined;

function flush(): void {
  timer = undefined;
  const bytes = Buffer.concat(gathered);
  gathered = [];
  for (const stream of streams) stream.write(bytes);
}

const server = createServer((request, response) => {
  if (request.method === 'POST') {
    void buffer(request).then((bytes) => {
      gathered.push(bytes);
      timer ??= setTimeout(flush, gatherMs);
      response.end('ok');
    });
    return;
  }
  // Like ours: no chunks, the end of the connection is the end.
  response.removeHeader('transfer-encoding');
  response.writeHead(200, { 'content-type': 'text/event-stream', connection: 'close' });
  response.flushHeaders();
  streams.add(response);
  response.once('close', () => streams.delete(response));
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number };
  console.log(`listening at http://127.0.0.1:${port}`);
});
