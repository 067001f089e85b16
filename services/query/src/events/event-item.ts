/** One raw event as JSON text, with the position right after it. */
import { type Offsets, toPositionToken } from '@ledgerline/log';
import { type EventShape, fullShape, shapeEvent } from './event-shape.ts';
import type { EventRow } from './events-statement.ts';

export function toEventItem(row: EventRow, logId: string, offsets: Offsets, shape: EventShape = fullShape): string {
  return toEventText(row, toPositionToken({ logId, offsets }), shape);
}

/**
 * On one line: the event's own text goes in as it is, and a line break in it can only be white space between tokens.
 * @param position the token of the position right after it
 */
export function toEventText(
  row: Omit<EventRow, 'exact_time'>,
  position: string,
  shape: EventShape = fullShape,
): string {
  const event = /[\n\r]/.test(row.event) ? row.event.replaceAll(/[\n\r]+/g, ' ') : row.event;
  const { partition, offset, recorded_at: recordedAt } = row;
  if (shape === fullShape) {
    return `{"event":${event},"partition":${partition},"offset":${offset},"recordedAt":"${recordedAt}","position":"${position}"}`;
  }
  const others = {
    partition: `${partition}`,
    offset: `${offset}`,
    recordedAt: `"${recordedAt}"`,
    position: `"${position}"`,
  };
  return shapeEvent(event, others, shape);
}

/** The position once `row` has been read as well. */
export function advance(offsets: Offsets, row: EventRow): Offsets {
  return offsets.with(row.partition, row.offset + 1);
}
