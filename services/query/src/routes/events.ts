/**
 * `GET /v1/events`: the raw log in log order, by pages or, as NDJSON, the whole range at once (a replay).
 * `GET /v1/events/{source}/{id}`: one event.
 */
import { Readable } from 'node:stream';
import { parseQuery, problem } from '@ledgerline/http';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { toEventItem } from '../events/event-item.ts';
import { eventShapeOf, eventShapeParameters } from '../events/event-shape.ts';
import { type EventRow, viewsOfEvents } from '../events/events-statement.ts';
import { readEvent } from '../events/read-event.ts';
import { type EventsPageSpec, rangeOf, readEventsPage } from '../events/read-events-page.ts';
import { replay } from '../events/replay.ts';
import { waitForMore } from '../events/wait-for-more.ts';
import { facetParameters } from '../facets/facet-parameters.ts';
import { contradictionIn, eventFilterParameters } from '../filters/claim-filters.ts';
import { chooseFormat, formatParameter } from '../formats/list-format.ts';
import { type Operation, readHeaders, readProblems, routePath } from '../openapi/operation.ts';
import { JsonText, type Read, type ReadContext } from '../read-context.ts';
import { knownByParameters, positionParameters } from '../reading/clock-parameters.ts';
import { parseCursor, type Walk } from '../reading/cursor.ts';
import { findPositions } from '../reading/find-positions.ts';
import { defaultLimit, type Page, pageParameters, setPageLinks } from '../reading/page.ts';
import { preferredWaitMs } from '../reading/prefer-wait.ts';
import { requireConsistent } from '../reading/require-consistent.ts';
import { sendAnswer, sendStream, varyBy } from '../reading/send-answer.ts';
import { eventItemSchema, eventListSchema, shapedEventListSchema } from '../shapes/event.ts';

const ndjson = 'application/x-ndjson';
const place = z.string().min(1).max(4_096);
const formats = [{ name: 'ndjson', mediaType: ndjson }];

export const eventsQuery = z.object({
  after: place.optional().meta({
    description: 'Begin after this position; also `earliest` (the default), `latest` or an RFC 3339 time.',
  }),
  until: place.optional().meta({
    description: 'End at this position or time; default the end of the journal when the walk begins.',
  }),
  ...eventFilterParameters,
  ...positionParameters,
  ...knownByParameters,
  ...pageParameters,
  ...eventShapeParameters,
  total: facetParameters.total,
  ...formatParameter(formats),
});

export const eventsOperation: Operation = {
  method: 'get',
  path: '/v1/events',
  id: 'listEvents',
  tag: 'events',
  summary: 'The raw log in log order',
  description:
    'Partitions are merged by append time, then partition and offset. With `Accept: application/x-ndjson` the whole range is streamed, an item a line. With `after` and `Prefer: wait=N` an empty answer waits for more (long poll).',
  query: eventsQuery,
  requestHeaders: readHeaders.request,
  responses: {
    200: {
      description: 'A page of events, or all of them as lines.',
      headers: { ...readHeaders.response, Link: 'RFC 8288: the next and the previous page.' },
      content: { 'application/json': z.union([eventListSchema, shapedEventListSchema]), [ndjson]: eventItemSchema },
    },
    304: { description: 'The answer at hand still stands.', headers: readHeaders.response },
  },
  problems: [...readProblems, 'bad-cursor', 'not-acceptable'],
};

const eventQuery = z.object({ ...positionParameters, ...knownByParameters });

export const eventOperation: Operation = {
  method: 'get',
  path: '/v1/events/{source}/{id}',
  id: 'getEvent',
  tag: 'events',
  summary: 'One event with its log metadata',
  pathParameters: { source: 'The event’s source, percent-encoded.', id: 'The event’s id.' },
  query: eventQuery,
  requestHeaders: readHeaders.request,
  responses: {
    200: { description: 'The event.', headers: readHeaders.response, content: { 'application/json': eventItemSchema } },
    304: { description: 'The answer at hand still stands.', headers: readHeaders.response },
  },
  problems: [...readProblems, 'unknown-event'],
};

export function registerEvents(app: FastifyInstance, reads: ReadContext): void {
  app.get(routePath(eventsOperation), async (request, reply) => {
    const query = parseQuery(eventsQuery, request);
    requireConsistent(contradictionIn(query));
    const walk: Walk = { path: eventsOperation.path, query };
    const cursor = query.cursor === undefined ? null : parseCursor(query.cursor, walk);
    const { after, until, dateMatch } = query;
    const waitMs = preferredWaitMs(request.headers.prefer);
    const spec = {
      views: viewsOfEvents(query),
      clocks: query,
      places: { after, until },
      pinned: cursor?.pinned,
      waitMs,
    } as const;
    requireConsistent(
      cursor !== null && query.format === 'ndjson'
        ? { parameter: 'format', message: 'a page of a walk is JSON' }
        : null,
    );
    varyBy(reply, 'Accept');
    if (cursor === null && chooseFormat(formats, query.format, request.headers.accept) !== null) {
      const { read, range } = await reads.run(spec, (located) =>
        Promise.resolve({ read: located, range: rangeOf(located) }),
      );
      const lines = replay(reads.pool, read, {
        filters: query,
        dateMatch,
        ...range,
        limit: query.limit,
        shape: eventShapeOf(query),
      });
      const stream = Readable.from(lines, { objectMode: false });
      return sendStream(request, reply, { stream, contentType: ndjson, token: read.token });
    }
    const page: EventsPageSpec = {
      filters: query,
      dateMatch,
      cursor,
      limit: query.limit ?? defaultLimit,
      shape: eventShapeOf(query),
      total: query.total === 'exact',
    };
    const isOpen = cursor === null && until === undefined && query.asOf === undefined && after !== undefined;
    const answer = await readPage(reads, spec, walk, page, isOpen ? Date.now() + waitMs : 0);
    setPageLinks(request, reply, answer.page);
    return sendAnswer(request, reply, answer.body, answer.token);
  });

  app.get<{ Params: { source: string; id: string } }>(routePath(eventOperation), async (request, reply) => {
    const query = parseQuery(eventQuery, request);
    return await reads.answer(request, reply, { views: viewsOfEvents(query), clocks: query }, async (read) => {
      const { source, id } = request.params;
      const rows = await readEvent(read, source, id);
      const [row] = rows;
      if (row === undefined)
        throw problem('unknown-event', 'The log has no event of this source and id, or none that was known by then.');
      return new JsonText(toEventItem(row, read.logId, await positionAfter(reads, read, row)));
    });
  });
}

type Answer = { readonly body: JsonText; readonly page: Page; readonly token: string };

/** @param deadline epoch milliseconds until which an empty answer is waited on; 0: not at all */
async function readPage(
  reads: ReadContext,
  spec: Parameters<ReadContext['run']>[0],
  walk: Walk,
  page: EventsPageSpec,
  deadline: number,
): Promise<Answer> {
  for (;;) {
    const { found, read } = await reads.run(spec, async (located) => ({
      found: await readEventsPage(located, walk, page),
      read: located,
    }));
    const answer = { body: found.body, page: found.page, token: read.token };
    if (!found.isEmpty || Date.now() >= deadline || reads.stopping.aborted) return answer;
    if (!(await waitForMore(reads, 'journal', read.at, deadline))) return answer;
  }
}

/** In the merged order; never beyond what this answer was read at. */
async function positionAfter(reads: ReadContext, read: Read, row: EventRow): Promise<readonly number[]> {
  const journal = read.located.views.get('journal');
  if (journal === undefined) throw new Error('an event is read from the journal');
  const moment = { at: row.exact_time, partition: row.partition, offset: row.offset };
  const [found] = await findPositions(reads.pool, journal, [moment]);
  return read.at.map((offset, partition) => Math.min(offset, found?.offsets[partition] ?? offset));
}
