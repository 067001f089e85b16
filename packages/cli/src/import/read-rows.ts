/** The rows of a file or of stdin, with where each begins and ends, so that an import can go on in the middle. */
import { createReadStream } from 'node:fs';

export type Row = {
  /** From 1, empty lines counted. */
  readonly line: number;
  readonly text: string;
  /** Bytes of the input up to and with this row. */
  readonly end: number;
};

export type Start = { readonly line: number; readonly bytes: number };

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** @param from where a run before this one came to */
export function openInput(path: string, from: Start): AsyncIterable<Uint8Array> {
  return createReadStream(path, { start: from.bytes, highWaterMark: 256 * 1024 });
}

/** Rows that are not blank. A row that is not UTF-8 comes with replacement characters, which no JSON check lets through unseen. */
export async function* readRows(input: AsyncIterable<Uint8Array>, from: Start): AsyncGenerator<Row> {
  let rest: Buffer = Buffer.alloc(0);
  let { line, bytes: end } = from;
  const toRow = (bytes: Buffer, length: number): Row | null => {
    line += 1;
    end += length;
    const text = (bytes.at(-1) === CARRIAGE_RETURN ? bytes.subarray(0, -1) : bytes).toString('utf8');
    return text.trim() === '' ? null : { line, text, end };
  };
  for await (const chunk of input) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let at = rest.indexOf(LINE_FEED); at !== -1; at = rest.indexOf(LINE_FEED, start)) {
      const row = toRow(rest.subarray(start, at), at + 1 - start);
      start = at + 1;
      if (row) yield row;
    }
    rest = rest.subarray(start);
  }
  const last = rest.length > 0 ? toRow(rest, rest.length) : null;
  if (last) yield last;
}

export type Group = readonly Row[];

export type GroupSize = { readonly rows: number; readonly characters: number };

/** Rows that go to the server in one request. */
export async function* groupRows(rows: AsyncIterable<Row>, most: GroupSize): AsyncGenerator<Group> {
  let group: Row[] = [];
  let characters = 0;
  for await (const row of rows) {
    if (group.length > 0 && (group.length === most.rows || characters + row.text.length > most.characters)) {
      yield group;
      group = [];
      characters = 0;
    }
    group.push(row);
    characters += row.text.length;
  }
  if (group.length > 0) yield group;
}
