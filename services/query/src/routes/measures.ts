/** `GET /v1/measures`: measures with their lifecycle, or those that stood on a day and whether they were in force. */
import { parseQuery } from '@ledgerline/http';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { claimFilterParameters } from '../filters/claim-filters.ts';
import { codeListParameter } from '../filters/list-parameter.ts';
import { answerList, askedFormat } from '../formats/answer-list.ts';
import { serveCsvMetadata } from '../formats/csv-metadata.ts';
import { formatContents, formatParameter } from '../formats/list-format.ts';
import { measureFormats, measuresTable } from '../measures/measure-formats.ts';
import { readMeasuresPage } from '../measures/read-measures-page.ts';
import { type Operation, readHeaders, readProblems, routePath } from '../openapi/operation.ts';
import type { ReadContext } from '../read-context.ts';
import { knownByParameters, positionParameters } from '../reading/clock-parameters.ts';
import { parseCursor, type Walk } from '../reading/cursor.ts';
import { dayParameter } from '../reading/day-parameter.ts';
import { pageParameters, setPageLinks } from '../reading/page.ts';
import { requireConsistent } from '../reading/require-consistent.ts';
import { inForceValues, type MeasureItem, measureListSchema } from '../shapes/measure.ts';

const { measureKind, country, border, place, actor, publisher, tag, subject, source, q } = claimFilterParameters;

export const measuresQuery = z.object({
  on: dayParameter('Only measures that had begun and not ended on this day, with their status then.')
    .refine(({ first, last }) => first === last, 'must be one day')
    .optional(),
  inForce: codeListParameter('Only with `on`: how sure it is that the measure was in force.', inForceValues).optional(),
  measureKind,
  country,
  border,
  place,
  actor,
  publisher,
  tag,
  subject,
  source,
  q,
  ...positionParameters,
  ...knownByParameters,
  ...pageParameters,
  ...formatParameter(measureFormats.formats),
});

export const measuresOperation: Operation = {
  method: 'get',
  path: '/v1/measures',
  id: 'listMeasures',
  tag: 'claims',
  summary: 'Measures with their lifecycle, and what stood on a day',
  query: measuresQuery,
  requestHeaders: readHeaders.request,
  responses: {
    200: {
      description: 'In order of occurrence.',
      headers: { ...readHeaders.response, Link: 'RFC 8288: the next and the previous page.' },
      content: { 'application/json': measureListSchema, ...formatContents(measureFormats.formats) },
    },
    304: { description: 'The answer at hand still stands.', headers: readHeaders.response },
  },
  problems: [...readProblems, 'bad-cursor', 'not-acceptable'],
};

export const measuresCsvOperation = measureFormats.csvMetadata;

export function registerMeasures(app: FastifyInstance, reads: ReadContext): void {
  serveCsvMetadata(app, measuresCsvOperation, measuresTable);
  app.get(routePath(measuresOperation), async (request, reply) => {
    const query = parseQuery(measuresQuery, request);
    const { format, defaultLimit } = askedFormat<MeasureItem>(request, measureFormats, query);
    const { on, inForce, cursor: cursorText, limit = defaultLimit, ...rest } = query;
    requireConsistent(inForce && !on ? { parameter: 'inForce', message: 'needs on' } : null);
    const walk: Walk = { path: measuresOperation.path, query };
    const cursor = cursorText === undefined ? null : parseCursor(cursorText, walk);
    const { negated = false, values = [] } = inForce ?? {};
    const spec = {
      filters: rest,
      day: on?.first ?? null,
      inForce: inForce ? inForceValues.filter((value) => values.includes(value) !== negated) : null,
      cursor,
      limit,
    };
    return await answerList(
      reads,
      request,
      reply,
      { list: measureFormats, format, views: ['timeline'], clocks: query, pinned: cursor?.pinned },
      async (read) => {
        const answer = await readMeasuresPage(read, walk, spec);
        setPageLinks(request, reply, answer.page);
        return answer;
      },
    );
  });
}
