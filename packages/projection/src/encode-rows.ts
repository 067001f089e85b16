/**
 * Rows as `copy … from stdin (format binary)` takes them. COPY puts rows into pages together and has no parameters to take
 * apart: next to one `insert … select from unnest` it costs PostgreSQL seven tenths (docs/decisions/0006).
 */
import {
  type FixedType,
  maxBytesAUnit,
  textOid,
  writeArrayHeader,
  writeFixed,
  writeNull,
  writeText,
} from './binary-values.ts';

/** `list` is `text[]`; `binary` a Buffer that holds the value in its type's own binary form. */
export type CopyType = FixedType | 'text' | 'json' | 'list' | 'binary';

/** Property of the row and its type, in the order of the statement's columns. A value may always be null. */
export type CopyColumns<Row> = readonly (readonly [key: keyof Row, type: CopyType])[];

const signature = Buffer.from('PGCOPY\n\u00ff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
/** Where the number of columns of a row would stand. */
const end = -1;
/** What a value takes at most besides its text: its length, or with it an array's header or a value of fixed size. */
const roomAValue = 24;

const usualBytes = 4 * 1024 * 1024;
/** Rows are written here first, since their length in bytes is known only then. */
let scratch = Buffer.allocUnsafeSlow(usualBytes);

export function encodeRows<Row>(rows: readonly Row[], columns: CopyColumns<Row>): Buffer {
  let at = signature.copy(scratch);
  for (const row of rows) {
    makeRoom(at, 2);
    at = scratch.writeInt16BE(columns.length, at);
    for (const [key, type] of columns) at = writeValue(row[key], type, at);
  }
  makeRoom(at, 2);
  at = scratch.writeInt16BE(end, at);
  const encoded = Buffer.from(scratch.subarray(0, at));
  if (scratch.length > usualBytes) scratch = Buffer.allocUnsafeSlow(usualBytes);
  return encoded;
}

function writeValue(value: unknown, type: CopyType, at: number): number {
  makeRoom(at, roomAValue);
  if (value === null || value === undefined) return writeNull(scratch, at);
  switch (type) {
    case 'text':
      return writeString(value as string, at);
    case 'json':
      return writeString(JSON.stringify(value), at);
    case 'list':
      return writeList(value as readonly string[], at);
    case 'binary': {
      const bytes = value as Buffer;
      makeRoom(at, 4 + bytes.length);
      const from = scratch.writeInt32BE(bytes.length, at);
      return from + bytes.copy(scratch, from);
    }
    default:
      return writeFixed(scratch, type, value, at);
  }
}

function writeString(text: string, at: number): number {
  makeRoom(at, 4 + text.length * maxBytesAUnit);
  return writeText(scratch, text, at);
}

function writeList(texts: readonly string[], at: number): number {
  const from = at + 4;
  let next: number;
  if (texts.length === 0) {
    // No dimensions, no nulls: '{}'.
    scratch.writeInt32BE(0, from);
    scratch.writeInt32BE(0, from + 4);
    next = scratch.writeInt32BE(textOid, from + 8);
  } else {
    next = writeArrayHeader(scratch, { oid: textOid, length: texts.length, nulls: false }, from);
    for (const text of texts) next = writeString(text, next);
  }
  scratch.writeInt32BE(next - from, at);
  return next;
}

function makeRoom(at: number, bytes: number): void {
  if (at + bytes <= scratch.length) return;
  const larger = Buffer.allocUnsafeSlow(Math.max(scratch.length * 2, at + bytes));
  scratch.copy(larger, 0, 0, at);
  scratch = larger;
}
