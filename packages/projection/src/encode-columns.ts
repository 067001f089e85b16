/**
 * Rows as one array per column in PostgreSQL's binary form, for `from unnest($1::text[], $2::integer[], …)`. Binary
 * arrays are copied where JSON and array literals are parsed, key by key and quote by quote: a batch costs PostgreSQL a
 * quarter less (docs/decisions/0006).
 */
import { daysSince2000 } from './days-since-2000.ts';

/**
 * `json` goes over as text, to be cast; `list` is a list of one-line texts, joined by U+001F, which no such text holds:
 * `string_to_array(terms, e'\x1f')`.
 */
export type ColumnType =
  | 'text'
  | 'integer'
  | 'bigint'
  | 'double'
  | 'boolean'
  | 'date'
  | 'timestamptz'
  | 'json'
  | 'list';

/** Property of the row and its type, in the order of the parameters. A value may always be null. */
export type Columns<Row> = readonly (readonly [key: keyof Row, type: ColumnType])[];

const listSeparator = '\u001f';
/** From pg_type.dat; fixed. */
const elementOid: Readonly<Record<ColumnType, number>> = {
  text: 25,
  json: 25,
  list: 25,
  integer: 23,
  bigint: 20,
  double: 701,
  boolean: 16,
  date: 1082,
  timestamptz: 1184,
};
const fixedBytes: Partial<Readonly<Record<ColumnType, number>>> = {
  integer: 4,
  bigint: 8,
  double: 8,
  boolean: 1,
  date: 4,
  timestamptz: 8,
};
const headerBytes = 20;
/** PostgreSQL counts microseconds from 2000-01-01. */
const epochMs = Date.UTC(2000, 0, 1);
/** Texts are written here first, since their length in bytes is known only then. */
const scratch = Buffer.allocUnsafeSlow(2 * 1024 * 1024);
const maxBytesAUnit = 3;
/** Up to here a loop writes ASCII faster than a call of Node's own writer. */
const shortText = 48;

/** One parameter per column. `pg` sends a Buffer in binary form. */
export function encodeColumns<Row>(rows: readonly Row[], columns: Columns<Row>): Buffer[] {
  return columns.map(([key, type]) =>
    fixedBytes[type] === undefined
      ? encodeTexts(rows.map((row) => toText(row[key], type)))
      : encodeFixed(rows, key, type, fixedBytes[type]),
  );
}

function toText(value: unknown, type: ColumnType): string | null {
  if (value === null || value === undefined) return null;
  if (type === 'json') return JSON.stringify(value);
  return type === 'list' ? (value as readonly string[]).join(listSeparator) : (value as string);
}

function encodeTexts(texts: readonly (string | null)[]): Buffer {
  let most = headerBytes;
  for (const text of texts) most += 4 + (text === null ? 0 : text.length * maxBytesAUnit);
  const buffer = most <= scratch.length ? scratch : Buffer.allocUnsafeSlow(most);
  writeHeader(buffer, elementOid.text, texts.length);
  let at = headerBytes;
  for (const text of texts) {
    if (text === null) {
      at = buffer.writeInt32BE(-1, at);
      continue;
    }
    const length = text.length <= shortText ? writeShort(buffer, text, at + 4) : buffer.write(text, at + 4);
    buffer.writeInt32BE(length, at);
    at += 4 + length;
  }
  return Buffer.from(buffer.subarray(0, at));
}

function writeShort(buffer: Buffer, text: string, at: number): number {
  for (let n = 0; n < text.length; n += 1) {
    const unit = text.charCodeAt(n);
    if (unit > 0x7f) return buffer.write(text, at);
    buffer[at + n] = unit;
  }
  return text.length;
}

function encodeFixed<Row>(rows: readonly Row[], key: keyof Row, type: ColumnType, bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(headerBytes + rows.length * (4 + bytes));
  writeHeader(buffer, elementOid[type], rows.length);
  let at = headerBytes;
  for (const row of rows) {
    const value = row[key];
    if (value === null || value === undefined) {
      at = buffer.writeInt32BE(-1, at);
    } else {
      at = buffer.writeInt32BE(bytes, at);
      at = writeFixed(buffer, at, type, value);
    }
  }
  return buffer.subarray(0, at);
}

function writeFixed(buffer: Buffer, at: number, type: ColumnType, value: unknown): number {
  switch (type) {
    case 'integer':
      return buffer.writeInt32BE(value as number, at);
    case 'bigint':
      return writeInt64(buffer, at, value as number);
    case 'double':
      return buffer.writeDoubleBE(value as number, at);
    case 'boolean':
      return buffer.writeUInt8(value === true ? 1 : 0, at);
    case 'date':
      return buffer.writeInt32BE(daysSince2000(value as string), at);
    case 'timestamptz': {
      const ms = parseTimestamp(value as string) - epochMs;
      // From the year 2285 on microseconds are beyond the safe integers.
      if (!Number.isSafeInteger(ms * 1_000)) return buffer.writeBigInt64BE(BigInt(ms) * 1_000n, at);
      return writeInt64(buffer, at, ms * 1_000);
    }
    default:
      throw new TypeError(`${type} is of no fixed size`);
  }
}

let lastTimestamp = { text: '', ms: Number.NaN };

/** Records that were appended together have one timestamp. */
function parseTimestamp(text: string): number {
  if (text !== lastTimestamp.text) lastTimestamp = { text, ms: Date.parse(text) };
  return lastTimestamp.ms;
}

/** Two halves of a safe integer: a BigInt a value costs more than all the rest. */
function writeInt64(buffer: Buffer, at: number, value: number): number {
  const high = Math.floor(value / 0x1_0000_0000);
  buffer.writeInt32BE(high, at);
  return buffer.writeUInt32BE(value - high * 0x1_0000_0000, at + 4);
}

/** One dimension, which begins at 1; the flag says that there may be nulls. */
function writeHeader(buffer: Buffer, oid: number, length: number): void {
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(1, 4);
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(length, 12);
  buffer.writeInt32BE(1, 16);
}
