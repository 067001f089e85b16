/** `GET /v1/timeline`: the current version of every claim that the filters leave, in pages that show one position. */
import { parseQuery } from '@ledgerline/http';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { createFacetCounter } from '../facets/facet-counter.ts';
import { facetParameters } from '../facets/facet-parameters.ts';
import { readPageCounts } from '../facets/read-facets.ts';
import { claimFilterParameters, contradictionIn } from '../filters/claim-filters.ts';
import { claimsTable } from '../formats/csv.ts';
import { csvMetadataOperationOf, linkCsvMetadata, serveCsvMetadata } from '../formats/csv-metadata.ts';
import { claimFormats } from '../formats/formats.ts';
import { chooseFormat, formatContents, formatParameter } from '../formats/list-format.ts';
import { sendFormatted } from '../formats/send-formatted.ts';
import type { Operation } from '../openapi/operation.ts';
import { readHeaders, readProblems } from '../openapi/operation.ts';
import type { ReadContext } from '../read-context.ts';
import { knownByOf, knownByParameters, positionParameters } from '../reading/clock-parameters.ts';
import { parseCursor, type Walk } from '../reading/cursor.ts';
import { defaultLimit, pageParameters, setPageLinks } from '../reading/page.ts';
import { requireConsistent } from '../reading/require-consistent.ts';
import { sendAnswer, varyBy } from '../reading/send-answer.ts';
import { shapeParameters, shownFields } from '../reading/shape-parameters.ts';
import { claimListSchema, shapedClaimListSchema } from '../shapes/claim.ts';
import { claimFields, minimalClaimFields } from '../timeline/claim-fields.ts';
import { claimOrders } from '../timeline/order.ts';
import { type ReadPosition, readClaimsPage } from '../timeline/read-claims-page.ts';
import { createCurrentPageReader } from '../timeline/read-current-page.ts';

const path = '/v1/timeline';

export const timelineQuery = z.object({
  ...claimFilterParameters,
  ...positionParameters,
  ...knownByParameters,
  ...pageParameters,
  order: z.enum(claimOrders).optional().meta({
    description:
      'By date of occurrence, by the time the claim was first recorded, or by relevance to `q`; `-` for the other way round. Default `occurred`.',
  }),
  ...facetParameters,
  ...shapeParameters(claimFields, minimalClaimFields),
  format: formatParameter(claimFormats).format.meta({
    description:
      'Comes before `Accept`. `csv`, `ndjson`, `geojson`, `timelinejs` and `ics` give all claims, unless `limit` is given; `jsonfeed` and `atom` the 100 recorded last, with more pages behind `next`.',
  }),
});

export const csvMetadataOperation = csvMetadataOperationOf(`${path}.csv-metadata.json`, 'describeClaimsCsv', 'claims');

/** `format=timelinejs` has no media type of its own; what its members mean is TimelineJS3's to say. */
export const timelinejsSchema = z.looseObject({ events: z.array(z.looseObject({})) }).meta({ id: 'TimelineJs' });

export const timelineOperation: Operation = {
  method: 'get',
  path,
  id: 'listClaims',
  tag: 'claims',
  summary: 'The timeline: the current version of every claim',
  query: timelineQuery,
  requestHeaders: readHeaders.request,
  responses: {
    200: {
      description: 'A page of claims.',
      headers: { ...readHeaders.response, Link: 'RFC 8288: the next and the previous page.' },
      content: {
        'application/json': z.union([claimListSchema, shapedClaimListSchema, timelinejsSchema]),
        ...formatContents(claimFormats),
      },
    },
    304: { description: 'The answer at hand still stands.', headers: readHeaders.response },
  },
  problems: [...readProblems, 'bad-cursor', 'not-acceptable', 'overloaded'],
};

export function registerTimeline(app: FastifyInstance, reads: ReadContext): void {
  serveCsvMetadata(app, csvMetadataOperation, claimsTable);
  const readCurrentPage = createCurrentPageReader(reads);
  const countFacets = createFacetCounter(reads);
  app.get(path, async (request, reply) => {
    const query = parseQuery(timelineQuery, request);
    const order = query.order ?? 'occurred';
    requireConsistent(
      contradictionIn(query),
      order === '-relevance' && query.q === undefined ? { parameter: 'order', message: '-relevance needs q' } : null,
    );
    varyBy(reply, 'Accept');
    const format = chooseFormat(claimFormats, query.format, request.headers.accept);
    if (format !== null) {
      if (format.name === 'csv') linkCsvMetadata(reply, csvMetadataOperation);
      const fields = format.name === 'ndjson' ? shownFields(query, minimalClaimFields) : null;
      const spec = { filters: query, dateMatch: query.dateMatch, order, limit: query.limit, fields };
      return await sendFormatted(reads, request, reply, { format, path, query, spec });
    }
    const walk: Walk = { path, query };
    const cursor = query.cursor === undefined ? null : parseCursor(query.cursor, walk);
    const claims = { filters: query, dateMatch: query.dateMatch };
    const wanted = { total: query.total === 'exact', facets: query.facets ?? [] };
    const spec = {
      ...claims,
      order,
      from: cursor,
      limit: query.limit ?? defaultLimit,
      fields: shownFields(query, minimalClaimFields),
      counts: (read: ReadPosition) =>
        readPageCounts(countFacets, wanted, { ...claims, languages: read.languages }, read),
    };
    if (cursor === null && query.asOf === undefined && query.minPosition === undefined && !request.headers.prefer) {
      const { body, page } = await readCurrentPage(walk, spec, knownByOf(query));
      setPageLinks(request, reply, page);
      return sendAnswer(request, reply, body, page.position);
    }
    return await reads.answer(
      request,
      reply,
      { views: ['timeline'], clocks: query, pinned: cursor?.pinned },
      async (read) => {
        const { body, page } = await readClaimsPage(read, walk, spec);
        setPageLinks(request, reply, page);
        return body;
      },
    );
  });
}
