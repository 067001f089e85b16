/**
 * Entries that follow each other on a tail: written as a frame once a format, whoever gets it. `after` is where the whole
 * batch ends, which may be past its last entry (offsets without an entry).
 */
import type { FeedEntry } from './feed.ts';
import { entryFrame, namedFrame, type StreamFormat } from './frames.ts';
import type { ParkedRecord } from './parked-records.ts';
import type { StreamPosition } from './stream-position.ts';

export type TailEntry = {
  readonly entry: FeedEntry;
  frame(format: StreamFormat): Buffer;
};

export type TailBatch = {
  readonly before: StreamPosition;
  readonly after: StreamPosition;
  readonly entries: readonly TailEntry[];
  /** Characters of the items: about as many bytes. */
  readonly length: number;
  /** Frames of all entries, gathered. */
  everything(format: StreamFormat): Buffer;
  /** What the views could not take in on this way, to be told before the entries; null where there is nothing. */
  gap(format: StreamFormat): Buffer | null;
};

export type TailRange = {
  readonly before: StreamPosition;
  readonly after: StreamPosition;
  readonly entries: readonly FeedEntry[];
  readonly parked: readonly ParkedRecord[];
};

/** Characters of items, about, in one batch: what is gathered for one write stays well below a client's budget. */
const maxBatchLength = 256 * 1024;

/** The range as batches, one where it isn't long. */
export function toTailBatches({ before, after, entries, parked }: TailRange): TailBatch[] {
  const batches: TailBatch[] = [];
  let begin = before;
  let gathered: FeedEntry[] = [];
  let length = 0;
  // What is missing is told first: a client that is cut within the range has been told, at worst twice.
  let missing = parked;
  const cutAt = (end: StreamPosition) => {
    batches.push(toBatch({ before: begin, after: end, entries: gathered, parked: missing }, length));
    [begin, gathered, length, missing] = [end, [], 0, []];
  };
  for (const [index, entry] of entries.entries()) {
    gathered.push(entry);
    length += entry.item.length;
    if (length >= maxBatchLength && index < entries.length - 1) cutAt(entry.position);
  }
  cutAt(after);
  return batches;
}

function toBatch({ before, after, entries, parked }: TailRange, length: number): TailBatch {
  const tailEntries = entries.map(toTailEntry);
  const all: Partial<Record<StreamFormat, Buffer>> = {};
  return {
    before,
    after,
    entries: tailEntries,
    length,
    everything: (format) => (all[format] ??= Buffer.concat(tailEntries.map((entry) => entry.frame(format)))),
    gap: (format) =>
      parked.length === 0 ? null : namedFrame(format, 'gap', before.token, { reason: 'parked', records: parked }),
  };
}

function toTailEntry(entry: FeedEntry): TailEntry {
  const frames: Partial<Record<StreamFormat, Buffer>> = {};
  return { entry, frame: (format) => (frames[format] ??= toFrame(format, entry)) };
}

function toFrame(format: StreamFormat, { item, isGap, position: { token } }: FeedEntry): Buffer {
  return isGap === true
    ? namedFrame(format, 'gap', token, JSON.parse(item) as object)
    : entryFrame(format, item, token);
}
