/**
 * Rows of COPY's binary form (https://www.postgresql.org/docs/18/sql-copy.html) as lines of NDJSON, each event with the
 * position right after it. The event's bytes are moved, not read.
 */
import type { Offsets } from '@ledgerline/log';

/** Where an event stands in the merged order. */
export type EventPlace = {
  /** Microseconds since 2000, UTC: PostgreSQL's own count. */
  readonly micros: number;
  readonly partition: number;
  readonly offset: number;
};

export type BinaryRows = { readonly count: number; readonly last: EventPlace | null };

/** Signature, flags and the length of a header extension that there is none of. */
const headerBytes = 11 + 4 + 4;
/** A row's field count, then each field's length and value: partition, offset, time, text. */
const at = {
  partition: 2 + 4,
  offset: 2 + 8 + 4,
  micros: 2 + 8 + 12 + 4,
  textLength: 2 + 8 + 12 + 12,
  text: 2 + 8 + 12 + 12 + 4,
};
const epochMs = Date.UTC(2000, 0, 1);
/** All of a line but the event and the position. */
const roomPerLine = 160;
const LF = 10;
const CR = 13;
const SPACE = 32;

/** How many rows there are, and the last one's place. */
export function surveyRows(rows: Buffer): BinaryRows {
  let count = 0;
  let last = -1;
  for (const row of rowsOf(rows)) {
    count += 1;
    last = row;
  }
  return { count, last: last < 0 ? null : placeOf(rows, last) };
}

/**
 * @param position the position before the first row; afterwards the one after the last: it is changed
 * @param toToken of a position
 */
export function toLines(
  rows: Buffer,
  { count }: BinaryRows,
  position: number[],
  toToken: (at: Offsets) => string,
): Buffer {
  const tokenBytes = toToken(position.map(() => Number.MAX_SAFE_INTEGER)).length;
  const lines = Buffer.allocUnsafe(rows.length + count * (roomPerLine + tokenBytes));
  let end = 0;
  for (const row of rowsOf(rows)) {
    const { partition, offset, micros } = placeOf(rows, row);
    position[partition] = offset + 1;
    end += lines.write('{"event":', end, 'latin1');
    const text = row + at.text;
    const length = rows.readInt32BE(row + at.textLength);
    rows.copy(lines, end, text, text + length);
    onOneLine(lines, end, end + length);
    end += length;
    const recordedAt = new Date(epochMs + Math.floor(micros / 1_000)).toISOString();
    end += lines.write(
      `,"partition":${partition},"offset":${offset},"recordedAt":"${recordedAt}","position":"${toToken(position)}"}\n`,
      end,
      'latin1',
    );
  }
  return lines.subarray(0, end);
}

/** The place of each row in the buffer. */
function* rowsOf(rows: Buffer): Generator<number, void, undefined> {
  let row = headerBytes;
  while (rows.readInt16BE(row) >= 0) {
    yield row;
    row += at.text + rows.readInt32BE(row + at.textLength);
  }
}

function placeOf(rows: Buffer, row: number): EventPlace {
  return {
    partition: rows.readInt32BE(row + at.partition),
    offset: readInt64(rows, row + at.offset),
    micros: readInt64(rows, row + at.micros),
  };
}

/** Offsets and times are far below 2^53. */
function readInt64(rows: Buffer, place: number): number {
  return rows.readInt32BE(place) * 2 ** 32 + rows.readUInt32BE(place + 4);
}

/** A line break in the text of an event can only be white space between tokens. */
function onOneLine(lines: Buffer, from: number, to: number): void {
  const text = lines.subarray(from, to);
  for (const byte of [LF, CR]) {
    for (let place = text.indexOf(byte); place >= 0; place = text.indexOf(byte, place + 1)) text[place] = SPACE;
  }
}
