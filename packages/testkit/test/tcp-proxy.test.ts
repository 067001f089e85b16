/** What each trouble of the proxy does to bytes and connections. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { startTcpProxy } from '../src/tcp-proxy.ts';

/** A server that gives back what it gets, and a client of it by way of a proxy. */
async function setUp(t: Test) {
  const server = createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => void server.close());
  const { port } = server.address() as { port: number };
  const proxy = await startTcpProxy(t, { host: '127.0.0.1', port });
  const open = async () => {
    const socket = connect(proxy.port, '127.0.0.1').on('error', () => undefined);
    socket.setEncoding('utf8');
    let heard = '';
    let ended = false;
    socket.on('data', (text: string) => {
      heard += text;
    });
    socket.on('close', () => {
      ended = true;
    });
    await once(socket, 'connect');
    t.teardown(() => void socket.destroy());
    return { socket, heard: () => heard, ended: () => ended };
  };
  return { proxy, open };
}

async function eventually(holds: () => boolean, timeoutMs = 5_000): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!holds() && performance.now() < deadline) await turn();
  return holds();
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Long enough for an echo of this machine to have come. */
async function stays(holds: () => boolean): Promise<boolean> {
  return !(await eventually(() => !holds(), 150));
}

const say = (socket: Socket, text: string) => void socket.write(text);

t.test('what passes, passes whole and in order', async (t) => {
  const { open } = await setUp(t);
  const { socket, heard } = await open();
  const text = Array.from({ length: 200_000 }, (_, n) => String(n % 10)).join('');
  say(socket, text);
  t.ok(await eventually(() => heard() === text));
});

t.test('a cut ends connections, and lets new ones through', async (t) => {
  const { proxy, open } = await setUp(t);
  const one = await open();
  proxy.cut();
  t.ok(await eventually(one.ended));
  const other = await open();
  say(other.socket, 'hello');
  t.ok(await eventually(() => other.heard() === 'hello'));
});

t.test('a delay is of each way, and keeps the order', async (t) => {
  const { proxy, open } = await setUp(t);
  const { socket, heard } = await open();
  proxy.delay(100);
  const started = performance.now();
  for (const text of ['a', 'b', 'c']) say(socket, text);
  t.ok(await eventually(() => heard() === 'abc'));
  t.ok(performance.now() - started >= 195);
});

t.test('what is held back arrives late, on the same connection', async (t) => {
  const { proxy, open } = await setUp(t);
  const { socket, heard, ended } = await open();
  proxy.hold();
  say(socket, 'late');
  t.ok(await stays(() => heard() === '' && !ended()));
  proxy.pass();
  t.ok(await eventually(() => heard() === 'late'));
});

t.test('what went into a black hole is lost, and so is its connection when it is over; others live', async (t) => {
  const { proxy, open } = await setUp(t);
  const [one, other] = [await open(), await open()];
  say(other.socket, 'before');
  t.ok(await eventually(() => other.heard() === 'before'));
  proxy.blackHole();
  say(one.socket, 'lost');
  t.ok(await stays(() => one.heard() === '' && !one.ended()));
  proxy.pass();
  t.ok(await eventually(one.ended));
  t.equal(one.heard(), '');
  say(other.socket, ', after');
  t.ok(await eventually(() => other.heard() === 'before, after'));
});

t.test('refused connections end at once, until all is well again', async (t) => {
  const { proxy, open } = await setUp(t);
  const one = await open();
  proxy.refuse();
  t.ok(await eventually(one.ended));
  const other = await open();
  t.ok(await eventually(other.ended));
  proxy.pass();
  const third = await open();
  say(third.socket, 'hello');
  t.ok(await eventually(() => third.heard() === 'hello'));
});
