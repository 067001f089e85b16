/**
 * The last batches of a tail: who has fallen behind a little, or was catching up while it moved on, finds them here and
 * asks nothing of the database. One for all channels, so that it is bounded whatever they filter by.
 */
import type { TailBatch } from './tail-batch.ts';

export type RecentBatches = {
  add(batch: TailBatch): void;
  /** The one that begins at this position; undefined where it is not there any more. */
  after(token: string): TailBatch | undefined;
};

/** Batches may be empty. */
const maxBatches = 4_096;

/** @param maxLength of all items together, in characters */
export function createRecentBatches(maxLength: number): RecentBatches {
  // In the order in which they came.
  const batches = new Map<string, TailBatch>();
  let length = 0;
  return {
    add(batch) {
      batches.set(batch.before.token, batch);
      length += batch.length;
      for (const [token, oldest] of batches) {
        if (length <= maxLength && batches.size <= maxBatches) break;
        batches.delete(token);
        length -= oldest.length;
      }
    },
    after: (token) => batches.get(token),
  };
}
