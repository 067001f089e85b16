/**
 * How much each follower of a process may fetch at once, so that what all of them hold stays the same however many
 * partitions there are: each has a batch at work and another fetched ahead.
 */

export type FetchShares = {
  /** A follower more; it must leave. */
  join(): FetchShare;
};

export type FetchShare = { maxBytes(): number; leave(): void };

const TOTAL_BYTES = 8 * 1024 * 1024;
const HELD_AT_ONCE = 2;
const MAX_BYTES = 1024 * 1024;
/** Less would be a request for every few records. The broker gives a whole batch of records in any case. */
const MIN_BYTES = 64 * 1024;

export function createFetchShares(): FetchShares {
  let followers = 0;
  return {
    join() {
      followers += 1;
      let joined = true;
      return {
        maxBytes: () => Math.min(MAX_BYTES, Math.max(MIN_BYTES, Math.floor(TOTAL_BYTES / (HELD_AT_ONCE * followers)))),
        leave() {
          if (joined) followers -= 1;
          joined = false;
        },
      };
    },
  };
}
