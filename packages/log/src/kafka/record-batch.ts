/**
 * Our records as one Kafka record batch (version 2, uncompressed), written straight into the request's bytes: kafkajs makes
 * three growing buffers of each record and each header, which cost half of what a produce took. What a record says is
 * that of message.ts. https://kafka.apache.org/documentation/#recordbatch
 */
import { crc32c } from './crc32c.ts';
import { OFFSET_HEADER } from './fetched-partition.ts';
import { CONTENT_TYPE } from './message.ts';

export type SizedRecord = {
  readonly key: string;
  readonly keyBytes: number;
  readonly value: string;
  readonly valueBytes: number;
};

/** Bytes from the base offset to the number of records. */
const BATCH_OVERHEAD = 61;
const ATTRIBUTES_AT = 21;
const MAGIC = 2;
/** Of a producer that is neither idempotent nor transactional. */
const NONE = -1;
const HEADERS = 2;

const contentTypeHeader = headerOf('content-type', CONTENT_TYPE);
const offsetHeaderName = headerOf(OFFSET_HEADER, null);

export function sizedRecord({ subject, content }: { subject: string; content: string }): SizedRecord {
  return {
    key: subject,
    keyBytes: Buffer.byteLength(subject),
    value: content,
    valueBytes: Buffer.byteLength(content),
  };
}

/** Bytes of a record after its own length. */
function bodyBytes({ keyBytes, valueBytes }: SizedRecord, delta: number, offsetDigits: number): number {
  // Attributes, the time's delta (0) and the number of headers take one byte each, as does the length of the offset.
  const key = varintBytes(keyBytes) + keyBytes;
  const value = varintBytes(valueBytes) + valueBytes;
  return 4 + varintBytes(delta) + key + value + contentTypeHeader.length + offsetHeaderName.length + offsetDigits;
}

/** Of the batch whole, to the byte. @param offset of the first record */
export function batchBytes(records: readonly SizedRecord[], offset: number): number {
  let bytes = BATCH_OVERHEAD;
  for (let delta = 0; delta < records.length; delta += 1) {
    const body = bodyBytes(records[delta] as SizedRecord, delta, digitsOf(offset + delta));
    bytes += varintBytes(body) + body;
  }
  return bytes;
}

/** Writes the batch at `start`, and gives where it ends. `offset` is where the first record must land to count. */
export function writeBatch(
  bytes: Buffer,
  start: number,
  records: readonly SizedRecord[],
  offset: number,
  timestamp: bigint,
): number {
  let at = start + BATCH_OVERHEAD;
  for (let delta = 0; delta < records.length; delta += 1) {
    at = writeRecord(bytes, at, records[delta] as SizedRecord, delta, String(offset + delta));
  }
  bytes.writeBigInt64BE(0n, start);
  bytes.writeInt32BE(at - start - 12, start + 8);
  bytes.writeInt32BE(NONE, start + 12);
  bytes.writeInt8(MAGIC, start + 16);
  bytes.writeInt16BE(0, start + ATTRIBUTES_AT);
  bytes.writeInt32BE(records.length - 1, start + 23);
  // The topic's time is the broker's (LogAppendTime); these are looked at and replaced.
  bytes.writeBigInt64BE(timestamp, start + 27);
  bytes.writeBigInt64BE(timestamp, start + 35);
  bytes.writeBigInt64BE(BigInt(NONE), start + 43);
  bytes.writeInt16BE(NONE, start + 51);
  bytes.writeInt32BE(NONE, start + 53);
  bytes.writeInt32BE(records.length, start + 57);
  bytes.writeUInt32BE(crc32c(bytes, start + ATTRIBUTES_AT, at), start + 17);
  return at;
}

function writeRecord(bytes: Buffer, start: number, record: SizedRecord, delta: number, offset: string): number {
  let at = writeVarint(bytes, start, bodyBytes(record, delta, offset.length));
  bytes[at++] = 0;
  bytes[at++] = 0;
  at = writeVarint(bytes, at, delta);
  at = writeVarint(bytes, at, record.keyBytes);
  at += bytes.write(record.key, at);
  at = writeVarint(bytes, at, record.valueBytes);
  at += bytes.write(record.value, at);
  at = writeVarint(bytes, at, HEADERS);
  at += contentTypeHeader.copy(bytes, at);
  at += offsetHeaderName.copy(bytes, at);
  at = writeVarint(bytes, at, offset.length);
  return at + bytes.write(offset, at, 'latin1');
}

/** `value` is null for a header whose value follows. */
function headerOf(name: string, value: Buffer | null): Buffer {
  const header = Buffer.alloc(200);
  let at = writeVarint(header, 0, Buffer.byteLength(name));
  at += header.write(name, at);
  if (value !== null) {
    at = writeVarint(header, at, value.length);
    at += value.copy(header, at);
  }
  return header.subarray(0, at);
}

function digitsOf(offset: number): number {
  let digits = 1;
  for (let rest = offset; rest >= 10; rest /= 10) digits += 1;
  return digits;
}

/** Lengths and deltas are zigzag-coded; none here is negative. */
function varintBytes(value: number): number {
  if (value < 0x40) return 1;
  if (value < 0x2000) return 2;
  if (value < 0x100000) return 3;
  return value < 0x8000000 ? 4 : 5;
}

function writeVarint(bytes: Buffer, start: number, value: number): number {
  let at = start;
  let rest = value * 2;
  while (rest >= 0x80) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  bytes[at++] = rest;
  return at;
}
