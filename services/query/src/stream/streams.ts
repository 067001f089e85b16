/**
 * All streams of a process: one tail a feed, one channel for all who ask for the same, one clock for heartbeats and ages.
 * What is opened here is given back: a feed nobody is subscribed to is not read.
 */

import type { ServerResponse } from 'node:http';
import { canonicalJson } from '@ledgerline/events';
import type { Logger } from 'pino';
import type { ReadContext } from '../read-context.ts';
import { createCatchUp } from './catch-up.ts';
import { type Channel, createChannel } from './channel.ts';
import type { Feed, FeedName, Selection } from './feed.ts';
import { mediaTypes, type StreamFormat } from './frames.ts';
import type { StreamStart } from './start-position.ts';
import { createStreamLimits, type StreamLimits } from './stream-limits.ts';
import type { StreamMetrics } from './stream-metrics.ts';
import { type StreamSettings, streamAgeMs } from './stream-settings.ts';
import { openStreamWriter } from './stream-writer.ts';
import { type StreamEnd, type Subscription, subscribe } from './subscription.ts';
import { startTail, type Tail } from './tail.ts';
import { createTurns } from './turns.ts';

export type StreamRequest = {
  readonly feed: FeedName;
  readonly selection: Selection;
  readonly format: StreamFormat;
  readonly start: StreamStart;
};

export type Streams = {
  readonly limits: StreamLimits;
  /** Answers with the stream. Resolves when it is over. */
  serve(request: StreamRequest, response: ServerResponse, headers: Readonly<Record<string, string>>): Promise<void>;
  close(): void;
};

export type StreamsOptions = {
  readonly feeds: Readonly<Record<FeedName, Feed>>;
  readonly reads: ReadContext;
  readonly logger: Logger;
  readonly settings: StreamSettings;
  readonly metrics: StreamMetrics;
};

type Running = { readonly tail: Tail; readonly stop: AbortController; channels: number };
type Opened = { readonly channel: Channel; users: number };
type Open = { readonly subscription: Subscription; readonly feed: FeedName; readonly diesAt: number };

const tickMs = 1_000;
/** Readings of the database at a time by those who catch up. */
const catchUpsAtOnce = 4;

export function createStreams({ feeds, reads, logger, settings, metrics }: StreamsOptions): Streams {
  /** By feed, and by selection where the feed is not shared. */
  const running = new Map<string, Running>();
  const channels = new Map<string, Opened>();
  const open = new Set<Open>();
  const turns = createTurns(catchUpsAtOnce);

  const endAll = (reason: Exclude<StreamEnd, 'client'>, feed?: FeedName) => {
    for (const one of open) if (feed === undefined || one.feed === feed) one.subscription.end(reason);
  };
  const tailOf = (key: string, { feed: name, selection, start: { logId, held, latest } }: StreamRequest): Running => {
    const known = running.get(key);
    if (known !== undefined) return known;
    const feed = feeds[name];
    const stop = new AbortController();
    const tail = startTail({
      feed,
      selection: feed.isShared ? null : selection,
      reads,
      logger,
      start: { logId, offsets: held, amended: latest },
      signal: AbortSignal.any([stop.signal, reads.stopping]),
      onReplaced: () => endAll('log-replaced', name),
    });
    const started = { tail, stop, channels: 0 };
    running.set(key, started);
    return started;
  };
  /** The returned function gives it back. */
  const channelOf = (request: StreamRequest): [Channel, giveBack: () => void] => {
    const { feed, selection, format, start } = request;
    const chosen = [selection.filters, selection.dateMatch ?? null];
    const { isShared } = feeds[feed];
    const tailKey = canonicalJson([start.logId, feed, ...(isShared ? [] : chosen)]);
    const key = canonicalJson([tailKey, format, ...chosen]);
    const source = tailOf(tailKey, request);
    let opened = channels.get(key);
    if (opened === undefined) {
      opened = { channel: createChannel(source.tail, selection, format, !isShared), users: 0 };
      channels.set(key, opened);
      source.channels += 1;
    }
    const mine = opened;
    mine.users += 1;
    return [
      mine.channel,
      () => {
        mine.users -= 1;
        if (mine.users > 0) return;
        mine.channel.close();
        channels.delete(key);
        source.channels -= 1;
        if (source.channels > 0) return;
        source.stop.abort();
        running.delete(tailKey);
      },
    ];
  };

  metrics.watch(() => [...open].reduce((sum, { subscription }) => sum + subscription.pending(), 0));
  const ticker = setInterval(() => {
    const now = performance.now();
    for (const { subscription, diesAt } of open) {
      if (now >= diesAt) subscription.end('max-age');
      else subscription.beat(now - settings.heartbeatMs);
    }
  }, tickMs);
  ticker.unref();
  reads.stopping.addEventListener('abort', () => endAll('stopping'), { once: true });

  return {
    limits: createStreamLimits(settings),
    async serve(request, response, headers) {
      const { feed, format, start } = request;
      const [channel, giveBack] = channelOf(request);
      const writer = openStreamWriter(response, { ...headers, 'content-type': mediaTypes[format] });
      const { stallMs, maxPendingBytes } = settings;
      const { logId } = start;
      const catchUp = createCatchUp({ feed: feeds[feed], reads, logger, logId, turns, stallMs });
      const { isLatest } = start;
      const subscription = subscribe({ channel, catchUp, writer, start, isLatest, maxPendingBytes, stallMs });
      const one: Open = { subscription, feed, diesAt: performance.now() + streamAgeMs(settings) };
      open.add(one);
      metrics.opened(feed);
      if (reads.stopping.aborted) subscription.end('stopping');
      try {
        metrics.closed(feed, await subscription.ended);
      } catch (error) {
        metrics.closed(feed, 'fault');
        logger.error({ err: error, feed }, 'a stream failed');
      } finally {
        open.delete(one);
        giveBack();
      }
    },
    close() {
      clearInterval(ticker);
      endAll('stopping');
    },
  };
}
