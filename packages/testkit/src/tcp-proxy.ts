/**
 * A TCP proxy for tests of bad networks: it cuts connections, delays them, holds bytes back to let them arrive late, or
 * loses them without a word. What passes, passes whole and in order.
 */
import { once } from 'node:events';
import { createServer, connect as dial, type NetConnectOpts, type Socket } from 'node:net';
import type { Teardown } from './postgres-fresh-database.ts';

export type TcpProxy = {
  /** On 127.0.0.1. */
  readonly port: number;
  /** Ends every connection; new ones are let through. */
  cut(): void;
  /** From now on each byte takes so many milliseconds longer, each way. */
  delay(ms: number): void;
  /** Nothing passes, connections stay open; what was sent meanwhile arrives after `pass`, late. */
  hold(): void;
  /** Nothing passes, connections stay open, what is sent is lost; `pass` ends the connections that it was lost from. */
  blackHole(): void;
  /** Nobody listens: connections are ended, and so is each new one at once. */
  refuse(): void;
  /** All is well again. */
  pass(): void;
  stop(): Promise<void>;
};

type Mode = 'pass' | 'hold' | 'black-hole' | 'refuse';
type Pipe = { readonly from: Socket; readonly to: Socket; readonly waiting: { chunk: Buffer; dueAt: number }[] };
type Pair = { readonly pipes: readonly [Pipe, Pipe]; hasHole: boolean };

/** Of what waits in one direction: then its sender is no longer read from. */
const MAX_WAITING_CHUNKS = 64;

/** @param listen 0: a port of its own choice */
export async function startTcpProxy(t: Teardown, target: NetConnectOpts, listen = 0): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  let mode: Mode = 'pass';
  let delayMs = 0;

  const drain = (pair: Pair, pipe: Pipe): void => {
    const { from, waiting } = pipe;
    if (mode === 'black-hole' && waiting.length > 0) {
      pair.hasHole = true;
      waiting.length = 0;
    }
    if (mode === 'pass') forward(pair, pipe);
    if (waiting.length < MAX_WAITING_CHUNKS) from.resume();
  };

  /** What is due; for the rest it comes back. */
  const forward = (pair: Pair, pipe: Pipe): void => {
    const { to, waiting } = pipe;
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const early = next.dueAt - performance.now();
      if (early > 0) {
        setTimeout(() => drain(pair, pipe), early);
        return;
      }
      to.write(next.chunk);
      waiting.shift();
    }
  };

  const end = (pair: Pair): void => {
    if (!pairs.delete(pair)) return;
    for (const { from } of pair.pipes) from.destroy();
  };

  const server = createServer((client) => {
    if (mode === 'refuse') return client.destroy();
    const upstream = dial(target);
    const pair: Pair = {
      pipes: [
        { from: client, to: upstream, waiting: [] },
        { from: upstream, to: client, waiting: [] },
      ],
      hasHole: false,
    };
    pairs.add(pair);
    for (const pipe of pair.pipes) {
      const { from, waiting } = pipe;
      from.setNoDelay(true);
      from.on('data', (chunk: Buffer) => {
        waiting.push({ chunk, dueAt: performance.now() + delayMs });
        if (waiting.length >= MAX_WAITING_CHUNKS) from.pause();
        drain(pair, pipe);
      });
      from.on('error', () => end(pair));
      // In a black hole nobody hears of an end either; held back it is told with the rest.
      from.on('close', () => (mode === 'pass' || mode === 'refuse' ? end(pair) : undefined));
    }
  });

  const change = (next: Mode): void => {
    mode = next;
    for (const pair of pairs) {
      const over = pair.pipes.some(({ from }) => from.destroyed);
      for (const pipe of pair.pipes) drain(pair, pipe);
      // Held back: what a client sent before it went away still arrives.
      if (next === 'refuse' || (next === 'pass' && pair.hasHole)) end(pair);
      else if (next === 'pass' && over) for (const { from } of pair.pipes) from.end();
    }
  };

  server.listen(listen, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const stop = async () => {
    for (const pair of pairs) end(pair);
    if (server.listening) await once(server.close(), 'close');
  };
  t.teardown(stop);
  return {
    port,
    cut() {
      for (const pair of pairs) end(pair);
    },
    delay(ms) {
      delayMs = ms;
    },
    hold: () => change('hold'),
    blackHole: () => change('black-hole'),
    refuse: () => change('refuse'),
    pass() {
      delayMs = 0;
      change('pass');
    },
    stop,
  };
}
