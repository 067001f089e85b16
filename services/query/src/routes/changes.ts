/** `GET /v1/changes`: what became different after a position, event by event, each with the claim before and after. */
import { Readable } from 'node:stream';
import { parseQuery } from '@ledgerline/http';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { changesLines } from '../changes/changes-lines.ts';
import { readChangesPage } from '../changes/read-changes-page.ts';
import { contradictionIn, eventFilterParameters } from '../filters/claim-filters.ts';
import { chooseFormat, formatContents, formatParameter } from '../formats/list-format.ts';
import { type Operation, readHeaders, readProblems, routePath } from '../openapi/operation.ts';
import type { ReadContext } from '../read-context.ts';
import { knownByParameters, positionParameters } from '../reading/clock-parameters.ts';
import { parseCursor, type Walk } from '../reading/cursor.ts';
import { defaultLimit, pageParameters, setPageLinks } from '../reading/page.ts';
import { preferredWaitMs } from '../reading/prefer-wait.ts';
import { requireConsistent } from '../reading/require-consistent.ts';
import { sendStream, varyBy } from '../reading/send-answer.ts';
import { changeListSchema } from '../shapes/change.ts';

const place = z.string().min(1).max(4_096);

const formats = [{ name: 'ndjson', mediaType: 'application/x-ndjson; charset=utf-8' }];

export const changesQuery = z.object({
  after: place.optional().meta({
    description: 'Begin after this position; also `earliest` (the default), `latest` or an RFC 3339 time.',
  }),
  until: place.optional().meta({
    description: 'End at this position or time; default what is held when the walk begins.',
  }),
  ...eventFilterParameters,
  ...positionParameters,
  ...knownByParameters,
  ...pageParameters,
  ...formatParameter(formats),
});

export const changesOperation: Operation = {
  method: 'get',
  path: '/v1/changes',
  id: 'listChanges',
  tag: 'claims',
  summary: 'What became different after a position, with before and after',
  description:
    'One item per event that changed its claim, in log order. Events without effect are not listed. A filter is met by the claim as it was before or as it is after, so that what leaves a filtered list is listed too; `type` by the event’s type as well. A link is one item, of the claim it was made on, and shows the other end in `other`; `subject` is met by either end.',
  query: changesQuery,
  requestHeaders: readHeaders.request,
  responses: {
    200: {
      description: 'A page of changes.',
      headers: { ...readHeaders.response, Link: 'RFC 8288: the next and the previous page.' },
      content: { 'application/json': changeListSchema, ...formatContents(formats) },
    },
    304: { description: 'The answer at hand still stands.', headers: readHeaders.response },
  },
  problems: [...readProblems, 'bad-cursor', 'not-acceptable'],
};

export function registerChanges(app: FastifyInstance, reads: ReadContext): void {
  app.get(routePath(changesOperation), async (request, reply) => {
    const query = parseQuery(changesQuery, request);
    requireConsistent(contradictionIn(query));
    const walk: Walk = { path: changesOperation.path, query };
    const cursor = query.cursor === undefined ? null : parseCursor(query.cursor, walk);
    const { after, until, dateMatch, limit = defaultLimit } = query;
    requireConsistent(
      cursor !== null && query.format === 'ndjson'
        ? { parameter: 'format', message: 'a page of a walk is JSON' }
        : null,
    );
    varyBy(reply, 'Accept');
    const format = cursor === null ? chooseFormat(formats, query.format, request.headers.accept) : null;
    const spec = {
      views: ['journal', 'timeline'],
      clocks: query,
      places: { after, until },
      pinned: cursor?.pinned,
    } as const;
    if (format !== null) {
      const waitMs = preferredWaitMs(request.headers.prefer);
      const { lines, token } = await reads.run({ ...spec, waitMs }, (read) =>
        Promise.resolve({
          lines: changesLines(reads, read, { filters: query, dateMatch, limit: query.limit }),
          token: read.token,
        }),
      );
      const stream = Readable.from(lines, { objectMode: false });
      return sendStream(request, reply, { stream, contentType: format.mediaType, token });
    }
    return await reads.answer(request, reply, spec, async (read) => {
      const { body, page } = await readChangesPage(reads, read, walk, { filters: query, dateMatch, cursor, limit });
      setPageLinks(request, reply, page);
      return body;
    });
  });
}
