/**
 * The last batches of a tail: who has fallen behind a little, or was catching up while it moved on, finds them here and
 * asks nothing of the database. One for all channels, so that it is bounded whatever they filter by; and only for a minute,
 * so that what is redacted in the views is not sent from here.
 */
import type { TailBatch } from './tail-batch.ts';

export type RecentBatches = {
  add(batch: TailBatch): void;
  /** The one that begins at this position; undefined where it is not there any more. */
  after(token: string): TailBatch | undefined;
};

/** Batches may be empty. */
const maxBatches = 4_096;
const maxAgeMs = 60_000;

/**
 * @param maxLength of all items together, in characters
 * @param now milliseconds, of any clock that does not go back
 */
export function createRecentBatches(maxLength: number, now: () => number = () => performance.now()): RecentBatches {
  // In the order in which they came.
  const batches = new Map<string, { readonly batch: TailBatch; readonly addedAt: number }>();
  let length = 0;
  return {
    add(batch) {
      batches.set(batch.before.token, { batch, addedAt: now() });
      length += batch.length;
      for (const [token, oldest] of batches) {
        const isOld = now() - oldest.addedAt > maxAgeMs;
        if (length <= maxLength && batches.size <= maxBatches && !isOld) break;
        batches.delete(token);
        length -= oldest.batch.length;
      }
    },
    after(token) {
      const known = batches.get(token);
      return known !== undefined && now() - known.addedAt <= maxAgeMs ? known.batch : undefined;
    },
  };
}
