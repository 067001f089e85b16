/**
 * Ports for processes that are told theirs. A port that the system gives out (port 0) may go to any outgoing connection
 * between the question and its use. These are below the ones the system gives out, and of a block that is this process's
 * alone: the first port of a block is listened on while the process lives.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

const FIRST_PORT = 20_000;
const BLOCK_PORTS = 40;
/** Up to 31,999: Linux gives out 32,768 and above, others 49,152 and above. */
const BLOCKS = 300;

/** Not yet given out. */
const own: number[] = [];

/** Free now, and no other test process is given them. Each is given out once. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = own.shift();
    if (port === undefined) await takeBlock();
    else if (await isFree(port)) ports.push(port);
  }
  return ports;
}

export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  if (port === undefined) throw new Error('no free port');
  return port;
}

async function takeBlock(): Promise<void> {
  const start = Math.floor(Math.random() * BLOCKS);
  for (let tried = 0; tried < BLOCKS; tried += 1) {
    const first = FIRST_PORT + ((start + tried) % BLOCKS) * BLOCK_PORTS;
    const server = await listening(first);
    if (!server) continue;
    server.unref();
    own.push(...Array.from({ length: BLOCK_PORTS - 1 }, (_, index) => first + 1 + index));
    return;
  }
  throw new Error(`no block of ports is free from ${FIRST_PORT} on`);
}

async function isFree(port: number): Promise<boolean> {
  const server = await listening(port);
  if (server) await once(server.close(), 'close');
  return server !== null;
}

/** null where the port is taken. */
async function listening(port: number): Promise<Server | null> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return null;
    throw error;
  }
}
