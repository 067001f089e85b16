/**
 * What a stream is made of. A feed has entries at places of the log; views hold them, and no entry is sent before the
 * committed checkpoints of those views have passed it: so no position on a stream passes an entry that can still appear.
 */
import type { Amended, Offsets } from '@ledgerline/log';
import type { ViewName } from '@ledgerline/projection';
import type { EventFilters } from '../filters/claim-filters.ts';
import type { MatchableEvent } from '../filters/event-matcher.ts';
import type { SearchText } from '../filters/match-searches.ts';
import type { Read } from '../read-context.ts';
import type { DateMatch } from '../reading/clock-parameters.ts';
import type { Located } from '../reading/locate.ts';
import { covers } from './offsets.ts';
import type { StreamPosition } from './stream-position.ts';

export type FeedName = 'events' | 'changes';

/** What a subscriber wants of a feed. */
export type Selection = { readonly filters: EventFilters; readonly dateMatch: DateMatch | undefined };

export type FeedEntry = {
  /** Right after the entry, all others that were read before it included. */
  readonly position: StreamPosition;
  /** JSON on one line. */
  readonly item: string;
  /** It says what can't be had, and is no item. */
  readonly isGap?: boolean;
  /** What filters look at in memory; null where the database has chosen already. */
  readonly matchable: Matchable | null;
};

export type Matchable = {
  readonly row: MatchableEvent;
  /** The folded text that `q` looks at; null where there is none. */
  searchText(): SearchText | null;
};

export type FeedRange = {
  readonly after: Offsets;
  readonly until: Offsets;
  /** What has been told apart from the log's entries; it stays so over the range. */
  readonly amended?: Amended;
  /** Entries at most, the first ones of the range. */
  readonly limit: number;
  /** null: every entry. */
  readonly selection: Selection | null;
};

export type FeedReading = {
  /** In the feed's order: that of the log within a partition. */
  readonly entries: readonly FeedEntry[];
  /** Up to where they are all there is: `until`, or less where the limit came first. */
  readonly reached: Offsets;
};

export type Feed = {
  readonly name: FeedName;
  /** The views that hold the entries. */
  readonly views: readonly ViewName[];
  /**
   * Its entries can be matched in memory, so that one tail reads them for everybody, whatever they filter by; and a
   * range costs what it spans. Otherwise the database chooses, for each selection by itself.
   */
  readonly isShared: boolean;
  read(read: Read, range: FeedRange): Promise<FeedReading>;
  /** What becomes different without an event; null where nothing does. */
  readonly amendments: FeedAmendments | null;
};

export type FeedAmendments = {
  /** The last one that goes with the rows which are read. */
  latest(located: Located): number;
  /** Those beyond a position, told before the log goes on from there: the first ones, and where they end. */
  read(
    read: Read,
    position: StreamPosition,
    selection: Selection | null,
  ): Promise<{ readonly entries: readonly FeedEntry[]; readonly after: StreamPosition }>;
};

/** null: there are none to be told here. */
export async function readFeedAmendments(
  { amendments }: Feed,
  read: Read,
  position: StreamPosition,
  selection: Selection | null,
): Promise<{ readonly entries: readonly FeedEntry[]; readonly after: StreamPosition } | null> {
  if (amendments === null || position.amended.id >= amendments.latest(read.located)) return null;
  // A generation promoted a moment ago may be behind the one before it: then it has no rows to compare yet.
  return covers(read.at, position.offsets) ? await amendments.read(read, position, selection) : null;
}
