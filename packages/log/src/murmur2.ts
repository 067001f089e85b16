/**
 * Which partition a subject belongs to: murmur2 of its UTF-8 bytes, as Kafka's own default partitioners have it, so that
 * any Kafka producer that keys by subject agrees with us. Both adapters use it; it can never change for a log that exists.
 */
const SEED = 0x9747b28c;
const M = 0x5bd1e995;
const R = 24;

/** The 32-bit hash, signed, of the bytes. */
export function murmur2(data: Uint8Array): number {
  const length = data.length;
  let h = SEED ^ length;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    let k = byte(data, at) | (byte(data, at + 1) << 8) | (byte(data, at + 2) << 16) | (byte(data, at + 3) << 24);
    k = Math.imul(k, M);
    k ^= k >>> R;
    h = Math.imul(h, M) ^ Math.imul(k, M);
  }
  if (at < length) {
    for (let shift = (length - at - 1) * 8; shift >= 0; shift -= 8) h ^= byte(data, at + shift / 8) << shift;
    h = Math.imul(h, M);
  }
  h ^= h >>> 13;
  h = Math.imul(h, M);
  return h ^ (h >>> 15);
}

const byte = (data: Uint8Array, at: number): number => data[at] ?? 0;

/** The partition of a subject in a log of so many partitions. */
export function partitionOf(subject: string, partitions: number): number {
  return (murmur2(Buffer.from(subject)) & 0x7fffffff) % partitions;
}
