/** One claim, its history, and the incident it speaks of. */
import { parseQuery, problem } from '@ledgerline/http';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { readIncidentMembers } from '../claims/incident-members.ts';
import { readHistory } from '../claims/read-history.ts';
import type { FormattedList } from '../formats/answer-list.ts';
import { answerListPage, type PagedList } from '../formats/answer-list-page.ts';
import { linkCsvMetadata } from '../formats/csv-metadata.ts';
import { claimFormats } from '../formats/formats.ts';
import { chooseFormat, formatContents, formatParameter, ndjsonOf } from '../formats/list-format.ts';
import { sendFormatted } from '../formats/send-formatted.ts';
import { type Operation, readHeaders, readProblems, routePath } from '../openapi/operation.ts';
import { JsonBytes, type Read, type ReadContext } from '../read-context.ts';
import { knownByParameters, positionParameters } from '../reading/clock-parameters.ts';
import { parseCursor, type Walk } from '../reading/cursor.ts';
import { defaultLimit, pageParameters, setPageLinks } from '../reading/page.ts';
import { varyBy } from '../reading/send-answer.ts';
import { claimListSchema, claimSchema } from '../shapes/claim.ts';
import { type HistoryItem, historySchema } from '../shapes/history.ts';
import { readClaimsPage } from '../timeline/read-claims-page.ts';
import { csvMetadataOperation, timelinejsSchema } from './timeline.ts';

const claimQuery = z.object({ ...positionParameters, ...knownByParameters });

const incidentQuery = z.object({
  ...positionParameters,
  ...knownByParameters,
  ...pageParameters,
  ...formatParameter(claimFormats),
});
const historyFormats = { formats: [ndjsonOf<HistoryItem>()] } satisfies FormattedList<HistoryItem>;
const historyQuery = z.object({
  ...positionParameters,
  ...knownByParameters,
  ...pageParameters,
  ...formatParameter(historyFormats.formats),
});

const common = {
  method: 'get',
  tag: 'claims',
  pathParameters: { subject: 'The claim’s id.' },
  requestHeaders: readHeaders.request,
} as const;
const notModified = { 304: { description: 'The answer at hand still stands.', headers: readHeaders.response } };

export const claimOperation: Operation = {
  ...common,
  path: '/v1/claims/{subject}',
  id: 'getClaim',
  summary: 'One claim: its current version, its state, its relations both ways',
  query: claimQuery,
  responses: {
    200: {
      description: 'The claim, retracted or not.',
      headers: readHeaders.response,
      content: { 'application/json': claimSchema },
    },
    ...notModified,
  },
  problems: [...readProblems, 'unknown-claim'],
};

export const historyOperation: Operation = {
  ...common,
  path: '/v1/claims/{subject}/history',
  id: 'getClaimHistory',
  summary: 'All versions of a claim with their reasons, and what each changed',
  query: historyQuery,
  responses: {
    200: {
      description: 'In log order.',
      headers: readHeaders.response,
      content: { 'application/json': historySchema, ...formatContents(historyFormats.formats) },
    },
    ...notModified,
  },
  problems: [...readProblems, 'bad-cursor', 'not-acceptable', 'unknown-claim'],
};

export const incidentOperation: Operation = {
  ...common,
  path: '/v1/incidents/{subject}',
  id: 'getIncident',
  summary: 'All claims joined by `same-incident`, side by side',
  query: incidentQuery,
  responses: {
    200: {
      description: 'In order of occurrence; retracted ones are marked by their state.',
      headers: readHeaders.response,
      content: { 'application/json': z.union([claimListSchema, timelinejsSchema]), ...formatContents(claimFormats) },
    },
    ...notModified,
  },
  problems: [...readProblems, 'bad-cursor', 'not-acceptable', 'unknown-claim'],
};

type Params = { Params: { subject: string } };

const unknownClaim = () =>
  problem('unknown-claim', 'There is no claim of this subject, or none that was known by then.');

export function registerClaims(app: FastifyInstance, reads: ReadContext): void {
  app.get<Params>(routePath(claimOperation), async (request, reply) => {
    const query = parseQuery(claimQuery, request);
    const { subject } = request.params;
    return await reads.answer(request, reply, { views: ['timeline'], clocks: query }, async (read) => {
      const { items } = await readClaimsPage(read, { path: '', query: {} }, bySubjects([subject], 1));
      const [item] = items;
      if (item === undefined) throw unknownClaim();
      return new JsonBytes(item.bytes, item.digest);
    });
  });

  app.get<Params>(routePath(historyOperation), async (request, reply) => {
    const query = parseQuery(historyQuery, request);
    const { subject } = request.params;
    const walk = { path: `${historyOperation.path} ${subject}`, query };
    const paged: PagedList<HistoryItem> = { list: historyFormats, views: ['timeline', 'journal'], query, walk };
    return await answerListPage(reads, request, reply, paged, async (read, slice, pageOf) => {
      const items = await readHistory(reads, read, subject);
      return { items: items.slice(slice.start, slice.end), page: pageOf(slice.end < items.length) };
    });
  });

  app.get<Params>(routePath(incidentOperation), async (request, reply) => {
    const query = parseQuery(incidentQuery, request);
    const { subject } = request.params;
    const path = `${incidentOperation.path} ${subject}`;
    const walk: Walk = { path, query };
    varyBy(reply, 'Accept');
    const format = chooseFormat(claimFormats, query.format, request.headers.accept);
    if (format !== null) {
      const { order, filters, dateMatch } = bySubjects([], 1);
      const shown = {
        filters,
        dateMatch,
        order,
        limit: query.limit,
        subjectsOf: (read: Read) => membersOf(read, subject),
      };
      if (format.name === 'csv') linkCsvMetadata(reply, csvMetadataOperation);
      return await sendFormatted(reads, request, reply, { format, path, query, spec: shown });
    }
    const cursor = query.cursor === undefined ? null : parseCursor(query.cursor, walk);
    const spec = { views: ['timeline'], clocks: query, pinned: cursor?.pinned } as const;
    return await reads.answer(request, reply, spec, async (read) => {
      const members = await membersOf(read, subject);
      const page = { ...bySubjects(members, query.limit ?? defaultLimit), from: cursor };
      const { body, page: links } = await readClaimsPage(read, walk, page);
      setPageLinks(request, reply, links);
      return body;
    });
  });
}

/** Throws 404 where there is no such claim. */
async function membersOf(read: Read, subject: string): Promise<string[]> {
  const members = await readIncidentMembers(read, subject);
  if (members.length === 0) throw unknownClaim();
  return members;
}

function bySubjects(subjects: readonly string[], limit: number) {
  return {
    filters: { subject: { negated: false, values: subjects }, state: 'all' as const },
    dateMatch: undefined,
    order: 'occurred' as const,
    from: null,
    limit,
    total: false,
  };
}
