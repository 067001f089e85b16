/**
 * Keeps the lists over all claims counted, so that who asks for one waits for what is new at most: after a start, a new
 * generation or many events, without anybody asking. It takes a twentieth of a connection's time, whatever comes in.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createDirectoryReader } from '../directory/read-directory.ts';
import type { Read, ReadContext, ReadSpec } from '../read-context.ts';
import { createSeriesReader } from '../statistics/read-series.ts';

type List = Pick<ReadSpec, 'views'> & { read(read: Read): Promise<unknown> };

const defaultPolicy = 'bounds-1';
const rest = { leastMs: 30_000, timesAsLong: 20 };

/** Ends when the server stops. What fails is tried again: whoever asks meanwhile is told why. */
export function keepLists(reads: ReadContext): void {
  void untilStopped(reads).catch(() => undefined);
}

async function untilStopped(reads: ReadContext): Promise<never> {
  const readDirectory = createDirectoryReader(reads.keepCounts);
  const readSeries = createSeriesReader(reads.keepCounts);
  const lists: readonly List[] = [
    { views: ['timeline'], read: async (read) => await readDirectory(read, 'actors') },
    { views: ['timeline'], read: async (read) => await readDirectory(read, 'places') },
    { views: ['timeline'], read: async (read) => await readDirectory(read, 'publishers') },
    { views: ['statistics'], read: async (read) => await readSeries(read, defaultPolicy) },
  ];
  for (;;) {
    const startedAt = Date.now();
    for (const { views, read } of lists) {
      reads.stopping.throwIfAborted();
      await reads.run({ views, clocks: {}, waitMs: 0 }, read).catch(() => undefined);
    }
    const restMs = Math.max(rest.leastMs, rest.timesAsLong * (Date.now() - startedAt));
    await delay(restMs, null, { signal: reads.stopping, ref: false });
  }
}
