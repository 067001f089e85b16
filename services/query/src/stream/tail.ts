/**
 * The one reader of a feed's newest entries in a process, for all who are subscribed (of a feed that is not shared: for
 * all of one selection). It follows the committed checkpoints of the feed's views; notifications are a hint, and it polls
 * besides.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Amended, Offsets } from '@ledgerline/log';
import type { Logger } from 'pino';
import { matchSearches } from '../filters/match-searches.ts';
import type { SearchQuery } from '../filters/search-query.ts';
import type { ReadContext } from '../read-context.ts';
import { type Feed, readFeedAmendments, type Selection } from './feed.ts';
import { areEqual, isBefore, laterOf, partOfTheWay } from './offsets.ts';
import { readParkedRecords } from './parked-records.ts';
import { createRecentBatches } from './recent-batches.ts';
import { type StreamPosition, streamPosition } from './stream-position.ts';
import { type TailBatch, toTailBatches } from './tail-batch.ts';

export type TailListener = {
  /** Words to be found in the entries' texts; they are PostgreSQL's to compare. */
  readonly search: SearchQuery | null;
  /**
   * Batch after batch without a hole.
   * @param found places of the entries that `search` finds; undefined where there is no search, or where the listener
   *   came after the batch had been searched
   */
  publish(batch: TailBatch, found: ReadonlySet<number> | undefined): void;
};

export type Tail = {
  /** Up to where everything has been published. */
  position(): StreamPosition;
  readonly logId: string;
  /** What was published right after this position, while it is remembered. */
  after(token: string): TailBatch | undefined;
  /** Until the returned function is called. */
  listen(listener: TailListener): () => void;
};

export type TailOptions = {
  readonly feed: Feed;
  /** null of a shared feed: its listeners choose. */
  readonly selection: Selection | null;
  readonly reads: ReadContext;
  readonly logger: Logger;
  /** Where it begins: what the view held when it was asked. */
  readonly start: { readonly logId: string; readonly offsets: Offsets; readonly amended: Amended };
  /** Aborted when nobody listens any more, or the process stops. */
  readonly signal: AbortSignal;
  /** The log is not the one it was: nothing more can come of this tail. */
  readonly onReplaced: () => void;
};

/** Log positions, and entries, at most in one reading. */
const maxSpan = 500;
const maxEntries = 1_000;
const pollMs = 250;
/** Characters of items that are kept for those who are a little behind: seconds of a fast log. */
const remembered = { shared: 16 * 1024 * 1024, ofOneSelection: 1024 * 1024 };
/** Least and greatest time between two publications under load: socket writes cost, not bytes. */
const gatherMs = { least: 5, greatest: 20 };
const retryMs = { first: 100, greatest: 2_000 };

export function startTail({ feed, selection, reads, logger, start, signal, onReplaced }: TailOptions): Tail {
  const { logId } = start;
  let position = streamPosition(logId, start.offsets, start.amended);
  const listeners = new Set<TailListener>();
  const recent = createRecentBatches(feed.isShared ? remembered.shared : remembered.ofOneSelection);

  const publish = async (batch: TailBatch): Promise<void> => {
    const searching = [...listeners].filter(({ search }) => search !== null);
    const found = await searchFor(searching, batch, reads);
    // From here on in one tick: whoever finds its position equal to the tail's may join.
    position = batch.after;
    recent.add(batch);
    for (const listener of listeners) listener.publish(batch, found.get(listener));
  };

  const advance = async (): Promise<Outcome> => {
    const range = await reads.run({ views: feed.views, clocks: {}, waitMs: 0 }, async (read) => {
      const { offsets: after } = position;
      if (read.logId !== logId || read.at.length !== after.length) return null;
      // A generation promoted a moment ago may be behind the one before it: a tail never goes back.
      const held = laterOf(after, read.at);
      const amended = await readFeedAmendments(feed, read, position, selection);
      if (amended !== null) return { held, parked: [], ...amended };
      const until = partOfTheWay(after, held, maxSpan);
      if (areEqual(until, after)) return { held, after: position, entries: [], parked: [] };
      const [{ entries, reached }, parked] = await Promise.all([
        feed.read(read, { after, until, amended: position.amended, limit: maxEntries, selection }),
        readParkedRecords(reads.pool, feed.views, { after, until }),
      ]);
      const end = streamPosition(logId, reached, position.amended);
      return { held, after: end, entries, parked: parked.filter((record) => isBefore(record, reached)) };
    });
    if (range === null) return 'replaced';
    const { held, after, entries, parked } = range;
    if (after.token === position.token) return 'still';
    for (const batch of toTailBatches({ before: position, after, entries, parked })) await publish(batch);
    return areEqual(position.offsets, held) ? 'moved' : 'more';
  };

  void follow(advance, reads, logger, signal, onReplaced);
  return {
    position: () => position,
    logId,
    after: recent.after,
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** How one reading ended: there is more at once, all was read, there was nothing, or the log is another one. */
type Outcome = 'more' | 'moved' | 'still' | 'replaced';

async function follow(
  advance: () => Promise<Outcome>,
  { views }: ReadContext,
  logger: Logger,
  signal: AbortSignal,
  onReplaced: () => void,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const hints = views.hints();
    const startedAt = performance.now();
    try {
      const outcome = await advance();
      failures = 0;
      if (outcome === 'replaced') return onReplaced();
      const spentMs = performance.now() - startedAt;
      if (outcome === 'still') await views.hintedSince(hints, pollMs, signal);
      else await pause(Math.min(gatherMs.greatest, Math.max(gatherMs.least, spentMs)), signal);
    } catch (error) {
      if (signal.aborted) return;
      // Streams stay open meanwhile: what is not there yet is sent once it can be read.
      if (failures === 0) logger.warn({ err: error }, 'the newest entries can’t be read for streams; trying again');
      failures += 1;
      await pause(Math.min(retryMs.greatest, retryMs.first * 2 ** Math.min(failures, 10)), signal);
    }
  }
}

type Found = ReadonlyMap<TailListener, ReadonlySet<number>>;

async function searchFor(
  searching: readonly TailListener[],
  { entries }: TailBatch,
  { pool }: ReadContext,
): Promise<Found> {
  if (searching.length === 0 || entries.length === 0) return new Map();
  const texts = entries.map(({ entry }) => entry.matchable?.searchText() ?? null);
  const searches = searching.flatMap(({ search }) => (search === null ? [] : [search]));
  const found = await matchSearches(pool, texts, searches);
  return new Map(searching.map((listener, index) => [listener, found[index] ?? new Set()]));
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
