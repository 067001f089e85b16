/**
 * A whole range of the log as NDJSON, a line an event, as fast as the client reads. Each batch is a statement of its own
 * that goes on from the last key: rows of a range never change, so this is as exact as a database cursor, and a slow
 * client holds neither a connection nor a transaction.
 */
import type { Offsets } from '@ledgerline/log';
import type { Read } from '../read-context.ts';
import { advance, toEventItem } from './event-item.ts';
import type { EventShape } from './event-shape.ts';
import { type EventRow, type EventsSpec, keyOf } from './events-statement.ts';
import { readEvents } from './read-events-page.ts';

export type ReplaySpec = Pick<EventsSpec, 'filters' | 'dateMatch' | 'after' | 'until'> & {
  /** Lines at most; undefined: all. */
  readonly limit: number | undefined;
  readonly shape?: EventShape;
};

const batchSize = 500;

/** Chunks of whole lines. A batch is read ahead while the one before is on its way, and no further. */
export async function* replay(read: Read, { limit, shape, ...spec }: ReplaySpec): AsyncGenerator<Buffer> {
  let at: Offsets = spec.after;
  let left = limit ?? Number.POSITIVE_INFINITY;
  let reading: Promise<EventRow[]> | null = null;
  const readBatch = (last: EventRow | undefined, size: number) => {
    const started = readEvents(read, {
      ...spec,
      from: last ? { direction: 'next', key: keyOf(last) } : null,
      limit: size,
    });
    // It is awaited later, or never where the client leaves: then nobody else would take the rejection.
    started.catch(() => undefined);
    return started;
  };
  for (;;) {
    const size = Math.min(batchSize, left);
    const rows: EventRow[] = await (reading ?? readBatch(undefined, size));
    left -= rows.length;
    reading = rows.length === size && left > 0 ? readBatch(rows.at(-1), Math.min(batchSize, left)) : null;
    let lines = '';
    for (const row of rows) {
      at = advance(at, row);
      lines += `${toEventItem(row, read.logId, at, shape)}\n`;
    }
    if (lines !== '') yield Buffer.from(lines);
    if (reading === null) return;
  }
}
