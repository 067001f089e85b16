/**
 * All who subscribed with the same filters and format: what they get is chosen and gathered once, and written to each as
 * one shared buffer. A subscriber joins when its own position is the channel's, and in the tick in which it looked.
 */
import type { Offsets } from '@ledgerline/log';
import { createEventMatcher } from '../filters/event-matcher.ts';
import type { Selection } from './feed.ts';
import { positionFrame, type StreamFormat } from './frames.ts';
import { areEqual } from './offsets.ts';
import type { Tail } from './tail.ts';
import type { TailBatch } from './tail-batch.ts';

/** What one subscriber is given. */
export type Published = {
  readonly before: Offsets;
  readonly after: Offsets;
  /** Of `after`. */
  readonly token: string;
  /** null where nothing of it is for this channel. */
  readonly bytes: Buffer | null;
};

export type Member = {
  /** False where it can't take this any more: it has left then, and goes on by itself from `published.before`. */
  offer(published: Published): boolean;
  /** It has been put out: the channel could not choose for it. It goes on by itself from `position`. */
  leaveAt(position: Offsets): void;
};

export type Channel = {
  readonly selection: Selection;
  readonly format: StreamFormat;
  position(): Offsets;
  token(): string;
  /** Keeps what is published for a while, so that who is catching up finds it here. The returned function ends that. */
  remember(): () => void;
  /** What was published right after this position; undefined where it is not remembered. */
  after(position: Offsets): Published | undefined;
  join(member: Member): void;
  leave(member: Member): void;
  close(): void;
};

/** After so many entries that are not for it, a client is told how far it is. */
const maxSkipped = 1_000;
/** Bytes and batches remembered for those who catch up. */
const maxRemembered = { bytes: 256 * 1024, batches: 256 };

/** @param isChosen the tail is of this selection alone: all of it is for this channel */
export function createChannel(tail: Tail, selection: Selection, format: StreamFormat, isChosen: boolean): Channel {
  const matcher = createEventMatcher(isChosen ? {} : selection.filters, selection.dateMatch);
  const members = new Set<Member>();
  let remembered: Published[] = [];
  let rememberedBytes = 0;
  let catchingUp = 0;
  let skipped = 0;

  const forget = () => {
    remembered = [];
    rememberedBytes = 0;
  };
  const keep = (published: Published) => {
    remembered.push(published);
    rememberedBytes += published.bytes?.length ?? 0;
    while (rememberedBytes > maxRemembered.bytes || remembered.length > maxRemembered.batches) {
      rememberedBytes -= remembered.shift()?.bytes?.length ?? 0;
    }
  };
  const choose = (batch: TailBatch, found: ReadonlySet<number> | undefined): Buffer | null => {
    const chosen = batch.entries.filter(
      ({ entry: { matchable } }, index) =>
        matchable === null || ((found === undefined || found.has(index)) && matcher.matches(matchable.row)),
    );
    const gap = batch.gap(format);
    const parts: Buffer[] = gap === null ? [] : [gap];
    if (chosen.length > 0) {
      const isAll = chosen.length === batch.entries.length;
      parts.push(isAll ? batch.everything(format) : Buffer.concat(chosen.map((entry) => entry.frame(format))));
    }
    skipped += batch.entries.length;
    if (parts.length > 0) skipped = 0;
    else if (skipped >= maxSkipped) {
      skipped = 0;
      parts.push(positionFrame(format, batch.token));
    }
    const [first, ...others] = parts;
    if (first === undefined) return null;
    return others.length === 0 ? first : Buffer.concat(parts);
  };

  const stopListening = tail.listen({
    search: matcher.search,
    publish(batch, found) {
      if (matcher.search !== null && found === undefined && batch.entries.length > 0) {
        // Whoever joined while the batch was being searched reads it from the database.
        forget();
        for (const member of members) member.leaveAt(batch.before);
        members.clear();
        return;
      }
      const published = {
        before: batch.before,
        after: batch.after,
        token: batch.token,
        bytes: choose(batch, found),
      };
      if (catchingUp > 0) keep(published);
      for (const member of members) if (!member.offer(published)) members.delete(member);
    },
  });

  return {
    selection,
    format,
    position: tail.position,
    token: tail.token,
    remember() {
      catchingUp += 1;
      return () => {
        catchingUp -= 1;
        if (catchingUp === 0) forget();
      };
    },
    after: (position) => remembered.find(({ before }) => areEqual(before, position)),
    join: (member) => void members.add(member),
    leave: (member) => void members.delete(member),
    close: stopListening,
  };
}
