/** Single values in PostgreSQL's binary form, as arrays of parameters and rows of COPY alike are made of. */
import { daysSince2000 } from './days-since-2000.ts';

export type FixedType = 'integer' | 'bigint' | 'double' | 'boolean' | 'date' | 'timestamptz';

/** Of types that always take as many. */
export const fixedBytes: Readonly<Record<FixedType, number>> = {
  integer: 4,
  bigint: 8,
  double: 8,
  boolean: 1,
  date: 4,
  timestamptz: 8,
};
/** From pg_type.dat; fixed. */
export const textOid = 25;
/** What a unit of a JavaScript string takes at most in UTF-8. */
export const maxBytesAUnit = 3;
/** PostgreSQL counts microseconds from 2000-01-01. */
const epochMs = Date.UTC(2000, 0, 1);
/** Up to here a loop writes ASCII faster than a call of Node's own writer. */
const shortText = 48;
const lengthBytes = 4;

/** A length and its UTF-8. @returns the place behind it */
export function writeText(buffer: Buffer, text: string, at: number): number {
  const from = at + lengthBytes;
  const length = text.length <= shortText ? writeShort(buffer, text, from) : buffer.write(text, from);
  buffer.writeInt32BE(length, at);
  return from + length;
}

/** In place of a value's length. @returns the place behind it */
export function writeNull(buffer: Buffer, at: number): number {
  return buffer.writeInt32BE(-1, at);
}

/** A length and the value. @returns the place behind it */
export function writeFixed(buffer: Buffer, type: FixedType, value: unknown, at: number): number {
  const from = buffer.writeInt32BE(fixedBytes[type], at);
  switch (type) {
    case 'integer':
      return buffer.writeInt32BE(value as number, from);
    case 'bigint':
      return writeInt64(buffer, value as number, from);
    case 'double':
      return buffer.writeDoubleBE(value as number, from);
    case 'boolean':
      return buffer.writeUInt8(value === true ? 1 : 0, from);
    case 'date':
      return buffer.writeInt32BE(daysSince2000(value as string), from);
    case 'timestamptz': {
      const ms = parseTimestamp(value as string) - epochMs;
      // From the year 2285 on microseconds are beyond the safe integers.
      if (!Number.isSafeInteger(ms * 1_000)) return buffer.writeBigInt64BE(BigInt(ms) * 1_000n, from);
      return writeInt64(buffer, ms * 1_000, from);
    }
    default:
      return type satisfies never;
  }
}

/** What comes before an array's elements: one dimension, which begins at 1; the flag says whether there may be nulls. */
export function writeArrayHeader(
  buffer: Buffer,
  array: { oid: number; length: number; nulls: boolean },
  at: number,
): number {
  buffer.writeInt32BE(1, at);
  buffer.writeInt32BE(array.nulls ? 1 : 0, at + 4);
  buffer.writeInt32BE(array.oid, at + 8);
  buffer.writeInt32BE(array.length, at + 12);
  return buffer.writeInt32BE(1, at + 16);
}

function writeShort(buffer: Buffer, text: string, at: number): number {
  for (let n = 0; n < text.length; n += 1) {
    const unit = text.charCodeAt(n);
    if (unit > 0x7f) return buffer.write(text, at);
    buffer[at + n] = unit;
  }
  return text.length;
}

let lastTimestamp = { text: '', ms: Number.NaN };

/** Records that were appended together have one timestamp. */
function parseTimestamp(text: string): number {
  if (text !== lastTimestamp.text) lastTimestamp = { text, ms: Date.parse(text) };
  return lastTimestamp.ms;
}

/** Two halves of a safe integer: a BigInt a value costs more than all the rest. */
function writeInt64(buffer: Buffer, value: number, at: number): number {
  const high = Math.floor(value / 0x1_0000_0000);
  buffer.writeInt32BE(high, at);
  return buffer.writeUInt32BE(value - high * 0x1_0000_0000, at + 4);
}
