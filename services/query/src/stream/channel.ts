/**
 * All who subscribed with the same filters and format: what they get is chosen and gathered once, and written to each as
 * one shared buffer. A subscriber joins when its own position is the channel's, and in the tick in which it looked.
 */
import { createEventMatcher } from '../filters/event-matcher.ts';
import type { Selection } from './feed.ts';
import { positionFrame, type StreamFormat } from './frames.ts';
import type { StreamPosition } from './stream-position.ts';
import type { Tail } from './tail.ts';
import type { TailBatch } from './tail-batch.ts';

/** What one subscriber is given. */
export type Published = {
  readonly before: StreamPosition;
  readonly after: StreamPosition;
  /** null where nothing of it is for this channel. */
  readonly bytes: Buffer | null;
};

export type Member = {
  /** False where it can't take this any more: it has left then, and goes on by itself from `published.before`. */
  offer(published: Published): boolean;
  /** It has been put out: the channel could not choose for it. It goes on by itself from `position`. */
  leaveAt(position: StreamPosition): void;
};

export type Channel = {
  readonly selection: Selection;
  readonly format: StreamFormat;
  position(): StreamPosition;
  /** What was published right after this position; undefined where it is not remembered. */
  after(position: StreamPosition): Published | undefined;
  join(member: Member): void;
  leave(member: Member): void;
  close(): void;
};

/** After so many entries that are not for it, a client is told how far it is. */
const maxSkipped = 1_000;

/** @param isChosen the tail is of this selection alone: all of it is for this channel */
export function createChannel(tail: Tail, selection: Selection, format: StreamFormat, isChosen: boolean): Channel {
  const matcher = createEventMatcher(isChosen ? {} : selection.filters, selection.dateMatch);
  const members = new Set<Member>();
  /** What the search found in batches that are remembered. */
  const searched = new WeakMap<TailBatch, ReadonlySet<number>>();
  let skipped = 0;

  const choose = (batch: TailBatch): Buffer | null => {
    const found = searched.get(batch);
    const chosen = batch.entries.filter(
      ({ entry: { matchable } }, index) =>
        matchable === null || ((found === undefined || found.has(index)) && matcher.matches(matchable.row)),
    );
    const gap = batch.gap(format);
    if (chosen.length === 0) return gap;
    const isAll = chosen.length === batch.entries.length;
    const frames = isAll ? batch.everything(format) : Buffer.concat(chosen.map((entry) => entry.frame(format)));
    return gap === null ? frames : Buffer.concat([gap, frames]);
  };
  /** A search that has not been made is PostgreSQL's to make. */
  const canChoose = (batch: TailBatch) => matcher.search === null || batch.entries.length === 0 || searched.has(batch);

  /** The frame that says how far it is, where that has not been said for long. */
  const notePassed = ({ entries, after }: TailBatch, bytes: Buffer | null): Buffer | null => {
    skipped = bytes === null ? skipped + entries.length : 0;
    if (skipped < maxSkipped) return bytes;
    skipped = 0;
    return positionFrame(format, after.token);
  };

  const stopListening = tail.listen({
    search: matcher.search,
    publish(batch, found) {
      if (found !== undefined) searched.set(batch, found);
      if (!canChoose(batch)) {
        // Whoever joined while the batch was being searched reads it from the database.
        for (const member of members) member.leaveAt(batch.before);
        members.clear();
        return;
      }
      const { before, after } = batch;
      const published = { before, after, bytes: notePassed(batch, choose(batch)) };
      for (const member of members) if (!member.offer(published)) members.delete(member);
    },
  });

  return {
    selection,
    format,
    position: tail.position,
    after({ token }) {
      const batch = tail.after(token);
      if (batch === undefined || !canChoose(batch)) return undefined;
      return { before: batch.before, after: batch.after, bytes: choose(batch) };
    },
    join: (member) => void members.add(member),
    leave: (member) => void members.delete(member),
    close: stopListening,
  };
}
