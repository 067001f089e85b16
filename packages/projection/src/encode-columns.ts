/**
 * Rows as one array per column in PostgreSQL's binary form, for `from unnest($1::text[], $2::integer[], …)`. Binary
 * arrays are copied where JSON and array literals are parsed, key by key and quote by quote: a batch costs PostgreSQL a
 * quarter less (docs/decisions/0006).
 */
import {
  type FixedType,
  fixedBytes,
  maxBytesAUnit,
  textOid,
  writeArrayHeader,
  writeFixed,
  writeNull,
  writeText,
} from './binary-values.ts';

/**
 * `json` goes over as text, to be cast; `list` is a list of one-line texts, joined by U+001F, which no such text holds:
 * `string_to_array(terms, e'\x1f')`.
 */
export type ColumnType = FixedType | 'text' | 'json' | 'list';

/** Property of the row and its type, in the order of the parameters. A value may always be null. */
export type Columns<Row> = readonly (readonly [key: keyof Row, type: ColumnType])[];

const listSeparator = '\u001f';
/** From pg_type.dat; fixed. */
const elementOid: Readonly<Record<FixedType, number>> = {
  integer: 23,
  bigint: 20,
  double: 701,
  boolean: 16,
  date: 1082,
  timestamptz: 1184,
};
const headerBytes = 20;
/** Texts are written here first, since their length in bytes is known only then. */
const scratch = Buffer.allocUnsafeSlow(2 * 1024 * 1024);

/** One parameter per column. `pg` sends a Buffer in binary form. */
export function encodeColumns<Row>(rows: readonly Row[], columns: Columns<Row>): Buffer[] {
  return columns.map(([key, type]) =>
    type === 'text' || type === 'json' || type === 'list'
      ? encodeTexts(rows.map((row) => toText(row[key], type)))
      : encodeFixed(rows, key, type),
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
  let at = writeArrayHeader(buffer, { oid: textOid, length: texts.length, nulls: true }, 0);
  for (const text of texts) at = text === null ? writeNull(buffer, at) : writeText(buffer, text, at);
  return Buffer.from(buffer.subarray(0, at));
}

function encodeFixed<Row>(rows: readonly Row[], key: keyof Row, type: FixedType): Buffer {
  const buffer = Buffer.allocUnsafe(headerBytes + rows.length * (4 + fixedBytes[type]));
  let at = writeArrayHeader(buffer, { oid: elementOid[type], length: rows.length, nulls: true }, 0);
  for (const row of rows) {
    const value = row[key];
    at = value === null || value === undefined ? writeNull(buffer, at) : writeFixed(buffer, type, value, at);
  }
  return buffer.subarray(0, at);
}
