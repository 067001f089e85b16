/**
 * Which partition a subject belongs to: murmur2 of its UTF-8 bytes, as Kafka's own default partitioners have it, so that
 * any Kafka producer that keys by subject agrees with us. Both adapters use it; it can never change for a log that exists.
 */
const SEED = 0x9747b28c;
const M = 0x5bd1e995;
const R = 24;

/** The 32-bit hash, signed, of the first `length` bytes. */
export function murmur2(data: Uint8Array, length = data.length): number {
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

/** Asked several times a record: a buffer each would be most of the cost. */
const scratch = Buffer.allocUnsafe(512);
const MAX_BYTES_A_UNIT = 3;

/** The partition of a subject in a log of so many partitions. */
export function partitionOf(subject: string, partitions: number): number {
  const fits = subject.length * MAX_BYTES_A_UNIT <= scratch.length;
  const hash = fits ? murmur2(scratch, scratch.write(subject)) : murmur2(Buffer.from(subject));
  return (hash & 0x7fffffff) % partitions;
}
