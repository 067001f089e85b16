/**
 * The one reader of a feed's newest entries in a process, for all who are subscribed (of a feed that is not shared: for
 * all of one selection). It follows the committed checkpoints of the feed's views; notifications are a hint, and it polls
 * besides.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type Offsets, toPositionToken } from '@ledgerline/log';
import type { Logger } from 'pino';
import { matchSearches } from '../filters/match-searches.ts';
import type { SearchQuery } from '../filters/search-query.ts';
import type { ReadContext } from '../read-context.ts';
import type { Feed, Selection } from './feed.ts';
import { areEqual, laterOf, partOfTheWay } from './offsets.ts';
import { readParkedRecords } from './parked-records.ts';
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
  position(): Offsets;
  token(): string;
  readonly logId: string;
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
  readonly start: { readonly logId: string; readonly offsets: Offsets };
  /** Aborted when nobody listens any more, or the process stops. */
  readonly signal: AbortSignal;
  /** The log is not the one it was: nothing more can come of this tail. */
  readonly onReplaced: () => void;
};

/** Log positions, and entries, at most in one reading. */
const maxSpan = 500;
const maxEntries = 1_000;
const pollMs = 250;
/** Least and greatest time between two publications under load: socket writes cost, not bytes. */
const gatherMs = { least: 5, greatest: 20 };
const retryMs = { first: 100, greatest: 2_000 };

export function startTail({ feed, selection, reads, logger, start, signal, onReplaced }: TailOptions): Tail {
  const { logId } = start;
  let position = start.offsets;
  let token = toPositionToken(start);
  const listeners = new Set<TailListener>();

  const publish = async (batch: TailBatch): Promise<void> => {
    const searching = [...listeners].filter(({ search }) => search !== null);
    const found = await searchFor(searching, batch, reads);
    // From here on in one tick: whoever finds its position equal to the tail's may join.
    position = batch.after;
    token = batch.token;
    for (const listener of listeners) listener.publish(batch, found.get(listener));
  };

  const advance = async (): Promise<Outcome> => {
    const range = await reads.run({ views: feed.views, clocks: {}, waitMs: 0 }, async (read) => {
      if (read.logId !== logId || read.at.length !== position.length) return null;
      // A generation promoted a moment ago may be behind the one before it: a tail never goes back.
      const held = laterOf(position, read.at);
      const until = partOfTheWay(position, held, maxSpan);
      if (areEqual(until, position)) return { held, reached: until, entries: [], parked: [] };
      const [{ entries, reached }, parked] = await Promise.all([
        feed.read(read, { after: position, until, limit: maxEntries, selection }),
        readParkedRecords(reads.pool, feed.views, { after: position, until }),
      ]);
      return {
        held,
        reached,
        entries,
        parked: parked.filter(({ partition, offset }) => offset < (reached[partition] ?? 0)),
      };
    });
    if (range === null) return 'replaced';
    if (areEqual(range.reached, position)) return 'still';
    for (const batch of toTailBatches({ logId, before: position, after: range.reached, ...range }))
      await publish(batch);
    return areEqual(position, range.held) ? 'moved' : 'more';
  };

  void follow(advance, reads, logger, signal, onReplaced);
  return {
    position: () => position,
    token: () => token,
    logId,
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
