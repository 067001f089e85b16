/**
 * `GET /v1/stream`: what is new, as server-sent events or as lines. Where it begins and what it holds is decided here;
 * how it is kept going, in ../stream.
 */
import { keyNameOf, parseQuery } from '@ledgerline/http';
import { toPositionToken } from '@ledgerline/log';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { z } from 'zod';
import { contradictionIn, eventFilterParameters } from '../filters/claim-filters.ts';
import { type Operation, readProblems } from '../openapi/operation.ts';
import type { ReadContext } from '../read-context.ts';
import { prefersMediaType } from '../reading/accept.ts';
import { knownByParameters } from '../reading/clock-parameters.ts';
import { requireConsistent } from '../reading/require-consistent.ts';
import { eventItemSchema } from '../shapes/event.ts';
import { createChangeFeed } from '../stream/change-feed.ts';
import { createEventFeed } from '../stream/event-feed.ts';
import type { Selection } from '../stream/feed.ts';
import { mediaTypes, type StreamFormat } from '../stream/frames.ts';
import { findStart } from '../stream/start-position.ts';
import { createStreamMetrics } from '../stream/stream-metrics.ts';
import type { StreamSettings } from '../stream/stream-settings.ts';
import { createStreams } from '../stream/streams.ts';

export const streamQuery = z.object({
  after: z.string().min(1).max(4_096).optional().meta({
    description:
      'Begin after this position; also `earliest`, `latest` (the default) or an RFC 3339 time. `Last-Event-ID` comes before it.',
  }),
  deliver: z.enum(['events', 'changes']).optional().meta({
    description:
      '`events` (the default): items of `/v1/events`. `changes`: items of `/v1/changes`, sent only after a read would show them.',
  }),
  ...eventFilterParameters,
  dateMatch: knownByParameters.dateMatch,
});

export const streamOperation: Operation = {
  method: 'get',
  path: '/v1/stream',
  id: 'stream',
  tag: 'events',
  summary: 'What is new, as it comes',
  description:
    'Catch-up and live are one sequence. A frame’s `id` is the position after it: sent back as `Last-Event-ID` (or `after`) it resumes exactly. Frames that carry an item have no `event` name; `caught-up`, `gap`, `slow-consumer` and `bye` are the service’s own. With `Accept: application/x-ndjson` each frame is a line `{ event, id, data }`. See /asyncapi.json.',
  query: streamQuery,
  requestHeaders: { 'Last-Event-ID': 'The `id` of the last frame that was received.' },
  responses: {
    200: {
      description: 'The stream. It ends when either side closes it.',
      headers: { 'Ledgerline-Position': 'Where it begins.' },
      content: { [mediaTypes.sse]: { jsonSchema: { type: 'string' } }, [mediaTypes.ndjson]: eventItemSchema },
    },
  },
  problems: [...readProblems, 'too-many-streams', 'too-many-requests'],
};

export type StreamDependencies = {
  readonly reads: ReadContext;
  readonly logger: Logger;
  readonly settings: StreamSettings;
  readonly registry: Registry | undefined;
};

export function registerStream(app: FastifyInstance, { reads, logger, settings, registry }: StreamDependencies): void {
  const feeds = { events: createEventFeed(reads.pool), changes: createChangeFeed(reads.pool) };
  const streams = createStreams({ feeds, reads, logger, settings, metrics: createStreamMetrics(registry) });
  app.addHook('onClose', () => streams.close());

  app.get(streamOperation.path, { config: { longLived: true } }, async (request, reply) => {
    const { after, deliver = 'events', dateMatch, ...filters } = parseQuery(streamQuery, request);
    requireConsistent(contradictionIn(filters));
    const selection: Selection = { filters, dateMatch };
    // A token is renewed while its owner stays the same.
    const giveBack = streams.limits.admit(keyNameOf(request) ?? request.headers.authorization);
    try {
      const lastEventId = request.headers['last-event-id'];
      const start = await findStart(reads, feeds[deliver], {
        after,
        lastEventId: typeof lastEventId === 'string' ? lastEventId : lastEventId?.at(-1),
      });
      const format = formatOf(request);
      reply.header('ledgerline-position', toPositionToken(start));
      if (request.method === 'HEAD') return await reply.type(mediaTypes[format]).send();
      if (reply.raw.destroyed) return reply.hijack();
      const headers = headersOf(reply);
      reply.hijack();
      await streams.serve({ feed: deliver, selection, format, start }, reply.raw, headers);
      return reply;
    } finally {
      giveBack();
    }
  });
}

/** Those that hooks have set (cross-origin use, positions), and that nothing between may keep or hold back. */
function headersOf(reply: FastifyReply): Record<string, string> {
  const set = Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)] as const);
  return { ...Object.fromEntries(set), 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
}

function formatOf({ headers: { accept } }: FastifyRequest): StreamFormat {
  return prefersMediaType(accept, mediaTypes.ndjson, mediaTypes.sse) ? 'ndjson' : 'sse';
}
