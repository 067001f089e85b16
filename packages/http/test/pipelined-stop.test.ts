/** Stopping under requests that were sent ahead of their answers, and under readers that take their time. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { stoppingSignal } from '../src/index.ts';
import { startServer } from './start-server.ts';

type Client = {
  readonly socket: Socket;
  send(from: number, count: number): void;
  /** The numbers answered, in order. */
  answered(): number[];
  /** The number of the answer that said `close`. */
  saidClose(): number | null;
  readonly closed: Promise<Error | null>;
};

/** Requests and answers by hand: no library of HTTP clients sends ahead. */
function openClient(port: number): Client {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  let fault: Error | null = null;
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', (error) => {
    fault = error;
  });
  const closed = new Promise<Error | null>((resolve) => socket.on('close', () => resolve(fault)));
  const numbers = (pattern: RegExp) => [...text.matchAll(pattern)].map((match) => Number(match[1]));
  return {
    socket,
    send(from, count) {
      let requests = '';
      for (let n = from; n < from + count; n++) requests += `GET /n/${n} HTTP/1.1\r\nhost: localhost\r\n\r\n`;
      socket.write(requests);
    },
    answered: () => numbers(/\{"n":(\d+),"end":true\}/g),
    saidClose: () => {
      const match = /connection: close[^{]*\{"n":(\d+)/i.exec(text);
      return match ? Number(match[1]) : null;
    },
    closed,
  };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

/** `/n/:n` counts as begun when its handler is called, and is answered after a moment that differs. */
async function startCounting(t: Parameters<typeof startServer>[0]) {
  const begun: string[] = [];
  const server = await startServer(t, (app) => {
    app.get('/n/:n', async (request) => {
      const { n } = request.params as { readonly n: string };
      const { remotePort } = request.raw.socket;
      begun.push(`${remotePort}/${n}`);
      await delay((Number(n) * 7) % 23);
      return { n: Number(n), end: true };
    });
  });
  return { ...server, begun };
}

await t.test(
  'requests sent ahead before the stop are all answered, the last of them with connection: close',
  async (t) => {
    const { app, port, begun } = await startCounting(t);
    const client = openClient(port);
    client.send(0, 20);
    while (begun.length === 0) await delay(1);
    await app.close();
    t.equal(await client.closed, null);
    t.same(client.answered(), range(0, 20));
    t.equal(client.saidClose(), 19);
  },
);

await t.test('requests sent ahead while it stops are all answered too', async (t) => {
  const { app, port, begun } = await startCounting(t);
  const client = openClient(port);
  client.send(0, 1);
  while (client.answered().length === 0) await delay(1);
  const closed = app.close();
  while (!stoppingSignal(app).aborted) await delay(1);
  client.send(1, 30);
  await closed;
  t.equal(await client.closed, null);
  t.same(client.answered(), range(0, 31));
  t.equal(client.saidClose(), 30);
  t.equal(begun.length, 31);
});

await t.test(
  'under load of many such clients every request that was begun is answered, up to the one that says close',
  async (t) => {
    const { app, port, begun } = await startCounting(t);
    const clients = range(0, 12).map(() => openClient(port));
    await Promise.all(clients.map(({ socket }) => once(socket, 'connect')));
    const ports = new Map(clients.map((client) => [client, client.socket.localPort]));
    let going = true;
    const driving = clients.map(async (client) => {
      for (let next = 0; going && !client.socket.destroyed && client.saidClose() === null; next += 5) {
        client.send(next, 5);
        while (!client.socket.destroyed && client.answered().length < next - 5) await delay(1);
      }
    });
    while (begun.length < 500) await delay(1);
    await app.close();
    going = false;
    await Promise.all(driving);
    let late = 0;
    for (const client of clients) {
      await client.closed;
      const own = begun.filter((one) => one.startsWith(`${ports.get(client)}/`)).length;
      t.same(client.answered(), range(0, own), 'what was begun was answered, in order');
      t.equal(client.saidClose(), own - 1, 'and the last answer said so');
      late += own;
    }
    t.equal(late, begun.length);
  },
);

await t.test('a request that comes after the last answer was written is not begun', async (t) => {
  const begun: string[] = [];
  const release = Promise.withResolvers<void>();
  const { app, port } = await startServer(t, (server) => {
    server.get('/n/:n', async (request) => {
      const { n } = request.params as { readonly n: string };
      begun.push(n);
      if (n === '0') await release.promise;
      return { n: Number(n), end: true };
    });
  });
  const client = openClient(port);
  client.send(0, 1);
  while (begun.length === 0) await delay(1);
  const closed = app.close();
  while (!stoppingSignal(app).aborted) await delay(1);
  client.send(1, 1);
  while (begun.length === 1) await delay(1);
  // Its answer waits for that of the first, and says that it is the last.
  await delay(20);
  client.send(2, 1);
  await delay(50);
  release.resolve();
  await Promise.all([closed, client.closed]);
  t.same(client.answered(), [0, 1]);
  t.same(begun, ['0', '1']);
});

await t.test('a client that always has newer requests under way is told which is the last', async (t) => {
  const begun: string[] = [];
  const { app, port } = await startServer(
    t,
    (server) => {
      server.get('/n/:n', async (request) => {
        const { n } = request.params as { readonly n: string };
        begun.push(n);
        await delay(50);
        return { n: Number(n), end: true };
      });
    },
    { stopTimes: { lingerMs: 100, deadlineMs: 4_000 } },
  );
  const client = openClient(port);
  const driving = (async () => {
    for (let next = 0; !client.socket.destroyed && client.saidClose() === null; next += 1) {
      client.send(next, 1);
      await delay(5);
    }
  })();
  while (client.answered().length < 5) await delay(1);
  const started = performance.now();
  await app.close();
  t.ok(performance.now() - started < 4_000, 'before it is cut off');
  await driving;
  t.equal(await client.closed, null);
  t.same(client.answered(), range(0, begun.length), 'what was begun was answered, in order');
  t.equal(client.saidClose(), begun.length - 1);
});

await t.test('what was answered arrives whole, whatever the client goes on to send', async (t) => {
  const size = 1024 * 1024;
  const another = 'GET /large HTTP/1.1\r\nhost: localhost\r\n\r\n';
  let socket: Socket | null = null;
  const { app, port } = await startServer(t, (server) => {
    server.get('/large', (_request, reply) => reply.type('text/plain').send(Buffer.alloc(size, 'x')));
    // The answer is on its way, and the server about to close: what is sent now it has not read by then.
    server.addHook('onResponse', async () => void socket?.write(another));
  });
  socket = connect(port, '127.0.0.1');
  let received = 0;
  let fault: Error | null = null;
  socket.on('error', (error) => {
    fault = error;
  });
  await once(socket, 'connect');
  const closed = app.close();
  while (!stoppingSignal(app).aborted) await delay(1);
  socket.write(another);
  await delay(200);
  socket.on('data', (chunk) => {
    received += chunk.length;
  });
  await new Promise((resolve) => socket.on('close', resolve));
  await closed;
  t.equal(fault, null);
  t.ok(received > size, `${received} of ${size} bytes`);
});

await t.test('a request on a connection that is being closed is not begun, whoever closed it', async (t) => {
  const begun: string[] = [];
  let client: Client | null = null;
  const { port } = await startServer(t, (server) => {
    server.get('/n/:n', (request, reply) => {
      const { n } = request.params as { readonly n: string };
      begun.push(n);
      return reply.header('connection', 'close').send({ n: Number(n), end: true });
    });
    server.addHook('onResponse', async () => client?.send(1, 1));
  });
  client = openClient(port);
  client.send(0, 1);
  t.equal(await client.closed, null);
  t.same(client.answered(), [0]);
  t.same(begun, ['0']);
});

await t.test('a large answer that its reader takes slowly arrives whole', async (t) => {
  const size = 24 * 1024 * 1024;
  const { app, port } = await startServer(
    t,
    (server) => {
      server.get('/large', (_request, reply) => reply.type('text/plain').send(Buffer.alloc(size, 'x')));
    },
    { stopTimes: { lingerMs: 50, deadlineMs: 8_000 } },
  );
  const socket = connect(port, '127.0.0.1');
  let received = 0;
  socket.pause();
  socket.write('GET /large HTTP/1.1\r\nhost: localhost\r\n\r\n');
  while (socket.bytesRead === 0) {
    socket.resume();
    socket.once('data', (chunk) => {
      received += chunk.length;
      socket.pause();
    });
    await delay(5);
  }
  const closed = app.close();
  await delay(300);
  socket.on('data', (chunk) => {
    received += chunk.length;
  });
  socket.resume();
  await new Promise((resolve) => socket.on('close', resolve));
  await closed;
  t.ok(received > size, `${received} of ${size} bytes`);
});
