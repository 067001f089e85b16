/**
 * Cuts a stream of bytes into lines without ever holding more of a line than it may have: the rest of a line that is
 * too long is passed over as it arrives. Blank lines are left out, and counted for the line numbers.
 */
const LINE_FEED = 0x0a;

/** `bytes` is null where the line was too long. `number` counts from 1. */
export type Line = { readonly number: number; readonly bytes: Buffer | null };

export class LineSplitter {
  readonly #maxLineBytes: number;
  #begun: Buffer[] = [];
  #begunBytes = 0;
  #number = 1;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** The lines that end in this chunk. */
  *split(chunk: Buffer): Generator<Line> {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      this.#add(chunk.subarray(start, end));
      start = end + 1;
      yield* this.#finish();
    }
    this.#add(chunk.subarray(start));
  }

  /** The last line, where no line feed ended it. Only for a stream that came to its end. */
  *end(): Generator<Line> {
    yield* this.#finish();
  }

  #add(part: Buffer): void {
    if (part.length === 0) return;
    this.#begunBytes += part.length;
    // One byte over, for the carriage return that is no part of the line.
    if (this.#begunBytes > this.#maxLineBytes + 1) this.#begun = [];
    else this.#begun.push(part);
  }

  *#finish(): Generator<Line> {
    const number = this.#number++;
    const [first] = this.#begun;
    const whole = this.#begun.length === 1 && first ? first : Buffer.concat(this.#begun);
    const cut = this.#begunBytes > 0 && whole.length === 0;
    this.#begun = [];
    this.#begunBytes = 0;
    const bytes = whole.at(-1) === 0x0d ? whole.subarray(0, -1) : whole;
    if (cut || bytes.length > this.#maxLineBytes) yield { number, bytes: null };
    else if (!isBlank(bytes)) yield { number, bytes };
  }
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09);
}
