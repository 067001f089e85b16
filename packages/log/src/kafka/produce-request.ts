/**
 * The produce request (API key 0, version 7) for one topic, acks=all, and its answer, as bytes.
 * https://kafka.apache.org/protocol.html#The_Messages_Produce
 */
import { batchBytes, type SizedRecord, writeBatch } from './record-batch.ts';

export const PRODUCE_API_KEY = 0;
/** Every broker since 2.1 takes it, and brokers of 4.x still do. */
export const PRODUCE_API_VERSION = 7;

const ALL_REPLICAS = -1;
const NO_TRANSACTION = -1;

/** Records that go to `offset` and on. */
export type SizedBatch = {
  readonly partition: number;
  readonly offset: number;
  readonly records: readonly SizedRecord[];
};

export type ProduceAnswer = {
  readonly partition: number;
  readonly errorCode: number;
  readonly baseOffset: number;
  /** Epoch ms. */
  readonly appendedAt: number;
};

export function encodeProduce(topic: string, batches: readonly SizedBatch[], timeoutMs: number): Buffer {
  const topicBytes = Buffer.byteLength(topic);
  const sizes = batches.map(({ records, offset }) => batchBytes(records, offset));
  const bytes = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + 8 + size, 2 + 2 + 4 + 4 + 2 + topicBytes + 4));
  const timestamp = BigInt(Date.now());
  let at = bytes.writeInt16BE(NO_TRANSACTION, 0);
  at = bytes.writeInt16BE(ALL_REPLICAS, at);
  at = bytes.writeInt32BE(timeoutMs, at);
  at = bytes.writeInt32BE(1, at);
  at = bytes.writeInt16BE(topicBytes, at);
  at += bytes.write(topic, at);
  at = bytes.writeInt32BE(batches.length, at);
  for (const [index, { partition, offset, records }] of batches.entries()) {
    at = bytes.writeInt32BE(partition, at);
    at = bytes.writeInt32BE(sizes[index] as number, at);
    at = writeBatch(bytes, at, records, offset, timestamp);
  }
  if (at !== bytes.length) throw new Error(`a produce of ${bytes.length} bytes took ${at}`);
  return bytes;
}

/** @throws RangeError where the bytes are no such answer */
export function decodeProduceAnswer(bytes: Buffer): { partitions: ProduceAnswer[]; throttleMs: number } {
  const partitions: ProduceAnswer[] = [];
  let at = 4;
  for (let topics = bytes.readInt32BE(0); topics > 0; topics -= 1) {
    at += 2 + bytes.readInt16BE(at);
    let count = bytes.readInt32BE(at);
    at += 4;
    for (; count > 0; count -= 1) {
      partitions.push({
        partition: bytes.readInt32BE(at),
        errorCode: bytes.readInt16BE(at + 4),
        baseOffset: Number(bytes.readBigInt64BE(at + 6)),
        appendedAt: Number(bytes.readBigInt64BE(at + 14)),
      });
      at += 30;
    }
  }
  return { partitions, throttleMs: bytes.readInt32BE(at) };
}
