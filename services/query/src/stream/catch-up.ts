/**
 * One step of a subscriber's way to its channel, read from the database with its filters: as many entries as it takes in
 * one go. Where the filters leave little, a step goes further, and ends with the position alone.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isRetryable } from '@ledgerline/database';
import { Problem } from '@ledgerline/http';
import type { Logger } from 'pino';
import type { ReadContext } from '../read-context.ts';
import type { Channel, Published } from './channel.ts';
import { type Feed, readFeedAmendments } from './feed.ts';
import { positionFrame } from './frames.ts';
import { areEqual, covers, earlierOf, isBefore, laterOf, partOfTheWay } from './offsets.ts';
import { readParkedRecords } from './parked-records.ts';
import { type StreamPosition, streamPosition } from './stream-position.ts';
import type { StreamWriter } from './stream-writer.ts';
import { type TailBatch, toTailBatches } from './tail-batch.ts';
import type { Turns } from './turns.ts';

export type CatchUpOptions = {
  readonly feed: Feed;
  readonly reads: ReadContext;
  readonly logger: Logger;
  readonly logId: string;
  /** So that many who catch up leave the database to others as well. */
  readonly turns: Turns;
  readonly stallMs: number;
};

/** Sends what lies next after `from`, and where that ends. Sends nothing where there is nothing to be read yet. */
export type CatchUp = (
  from: StreamPosition,
  channel: Channel,
  writer: StreamWriter,
  send: (published: Pick<Published, 'after' | 'bytes'>) => void,
) => Promise<void>;

const maxEntries = 500;
/** Log positions a step goes over: more and more while the filters leave next to nothing. */
const span = { first: 1_000, greatest: 64_000 };
const waitMs = 250;

export function createCatchUp({ feed, reads, logger, logId, turns, stallMs }: CatchUpOptions): CatchUp {
  let goes = span.first;
  let failures = 0;

  const readStep = (before: StreamPosition, { selection, position }: Channel) =>
    reads.run({ views: feed.views, clocks: {}, waitMs: 0 }, async (read) => {
      const told = await readFeedAmendments(feed, read, before, selection);
      if (told !== null) {
        const { entries, after } = told;
        return { found: entries.length, batches: toTailBatches({ before, after, entries, parked: [] }) };
      }
      const { offsets: from, amended } = before;
      const { offsets: target } = position();
      // A generation promoted a moment ago may be behind the one before it.
      const held = earlierOf(target, read.at);
      const until = feed.isShared ? partOfTheWay(from, held, goes) : laterOf(from, held);
      if (!covers(target, from) || areEqual(until, from)) return null;
      const [{ entries, reached }, parked] = await Promise.all([
        feed.read(read, { after: from, until, amended, limit: maxEntries, selection }),
        readParkedRecords(reads.pool, feed.views, { after: from, until }),
      ]);
      const passed = parked.filter((record) => isBefore(record, reached));
      const after = streamPosition(logId, reached, amended);
      return { found: entries.length, batches: toTailBatches({ before, after, entries, parked: passed }) };
    });

  return async (from, channel, writer, send) => {
    const hints = reads.views.hints();
    const step = await turns
      .take(() => readStep(from, channel))
      .then(
        (found) => {
          failures = 0;
          return found;
        },
        async (error: unknown) => {
          if (!(isRetryable(error) || error instanceof Problem)) throw error;
          if (failures === 0) logger.warn({ err: error }, 'a stream can’t catch up; trying again');
          failures += 1;
          await delay(waitMs, undefined, { signal: reads.stopping }).catch(() => undefined);
          return undefined;
        },
      );
    if (step === undefined) return;
    if (step === null) return await reads.views.hintedSince(hints, waitMs, reads.stopping);
    goes = step.found * 10 < maxEntries ? Math.min(span.greatest, goes * 2) : span.first;
    for (const batch of step.batches) {
      send({ after: batch.after, bytes: bytesOf(batch, channel) });
      if (!(await writer.drained(stallMs))) return;
    }
  };
}

function bytesOf(batch: TailBatch, { format }: Channel): Buffer {
  const gap = batch.gap(format);
  const frames = batch.entries.length === 0 ? positionFrame(format, batch.after.token) : batch.everything(format);
  return gap === null ? frames : Buffer.concat([gap, frames]);
}
