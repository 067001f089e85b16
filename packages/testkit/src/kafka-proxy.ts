/**
 * A TCP proxy before a broker that knows where Kafka's messages begin and end: it can swallow the answer to the next
 * produce, which the broker has carried out, or hold back everything.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Teardown } from './postgres-fresh-database.ts';

export type KafkaProxy = {
  readonly broker: string;
  /** The answer to the next produce never arrives; the connection stays open. Resolves when one was swallowed. */
  swallowProduceAnswer(): Promise<void>;
  /** The next answer to a produce for this partition and others says nothing of it. Resolves when one did. */
  leaveOutPartition(partition: number): Promise<void>;
  /** Nothing passes either way, connections stay open. */
  block(): void;
  unblock(): void;
  stop(): Promise<void>;
};

const PRODUCE = 0;

/** @param ports the broker's `control.proxied` */
export async function startKafkaProxy(
  t: Teardown,
  ports: { readonly listening: number; readonly advertised: number },
): Promise<KafkaProxy> {
  const sockets = new Set<Socket>();
  let swallowing: (() => void) | null = null;
  let leavingOut: { readonly partition: number; readonly done: () => void } | null = null;
  let blocked = false;

  const server = createServer((client) => {
    const broker = connect(ports.listening, '127.0.0.1');
    const produces = new Set<number>();
    const pairs = [client, broker] as const;
    for (const [index, socket] of pairs.entries()) {
      const other = pairs[1 - index] as Socket;
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.on(
      'data',
      frames((frame) => {
        if (blocked) return;
        if (frame.readInt16BE(4) === PRODUCE) produces.add(frame.readInt32BE(8));
        broker.write(frame);
      }),
    );
    broker.on(
      'data',
      frames((frame) => {
        if (blocked) return;
        const isProduce = produces.delete(frame.readInt32BE(4));
        if (isProduce && swallowing) {
          swallowing();
          swallowing = null;
          return;
        }
        const shortened = isProduce && leavingOut ? withoutPartition(frame, leavingOut.partition) : null;
        if (shortened) {
          leavingOut?.done();
          leavingOut = null;
        }
        client.write(shortened ?? frame);
      }),
    );
  });
  server.listen(ports.advertised, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await once(server.close(), 'close');
  };
  t.teardown(stop);
  return {
    broker: `127.0.0.1:${ports.advertised}`,
    async swallowProduceAnswer() {
      const { promise, resolve } = Promise.withResolvers<void>();
      swallowing = resolve;
      await promise;
    },
    async leaveOutPartition(partition) {
      const { promise, resolve: done } = Promise.withResolvers<void>();
      leavingOut = { partition, done };
      await promise;
    },
    block() {
      blocked = true;
    },
    unblock() {
      blocked = false;
    },
    stop,
  };
}

/** Of one partition in an answer to a produce of version 7: number, error, base offset, append time, start offset. */
const PARTITION_ANSWER_BYTES = 4 + 2 + 8 + 8 + 8;

/** null where the answer is of nothing else, or not of this partition. https://kafka.apache.org/protocol.html */
function withoutPartition(frame: Buffer, partition: number): Buffer | null {
  const topics = frame.readInt32BE(8);
  const countAt = 12 + 2 + frame.readInt16BE(12);
  const count = frame.readInt32BE(countAt);
  const starts = Array.from({ length: count }, (_, index) => countAt + 4 + index * PARTITION_ANSWER_BYTES);
  const cutAt = starts.find((at) => frame.readInt32BE(at) === partition);
  if (topics !== 1 || count < 2 || cutAt === undefined) return null;
  const shortened = Buffer.concat([frame.subarray(0, cutAt), frame.subarray(cutAt + PARTITION_ANSWER_BYTES)]);
  shortened.writeInt32BE(shortened.length - 4, 0);
  shortened.writeInt32BE(count - 1, countAt);
  return shortened;
}

/** Kafka's framing: a length of four bytes, then so many bytes. */
function frames(onFrame: (frame: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 4) {
      const length = 4 + rest.readInt32BE(0);
      if (rest.length < length) return;
      onFrame(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  };
}
