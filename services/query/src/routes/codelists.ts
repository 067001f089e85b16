/** `GET /v1/codelists`: every enumeration of the contract with what each value means. */
import { codelists } from '@ledgerline/events';
import { parseQuery } from '@ledgerline/http';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { FormattedList } from '../formats/answer-list.ts';
import { answerListPage, type PagedList } from '../formats/answer-list-page.ts';
import { csvMetadataOperationOf, serveCsvMetadata } from '../formats/csv-metadata.ts';
import { csvOf, formatContents, formatParameter, ndjsonOf } from '../formats/list-format.ts';
import type { Table } from '../formats/table.ts';
import { type Operation, readHeaders, readProblems } from '../openapi/operation.ts';
import type { ReadContext } from '../read-context.ts';
import { positionParameters } from '../reading/clock-parameters.ts';
import { pageParameters, pageSchema } from '../reading/page.ts';

/** Of answers only: no event carries them. */
const ofAnswers = {
  kind: {
    'border-crossing': 'People crossed a border, tried to, were turned back, or are present at it.',
    statement: 'A person or body said something in public.',
    measure: 'A state, agency or alliance decided to do something.',
  },
  state: { current: 'The claim stands.', retracted: 'The claim was withdrawn; it stays readable.' },
  inForce: {
    certain: 'In force on that day, however its dates are read.',
    possible: 'In force on that day under some reading of its dates.',
    no: 'Not in force on that day.',
  },
} as const;

const lists = Object.entries({ ...codelists, ...ofAnswers }).map(([name, meanings]) => ({
  name,
  codes: Object.entries(meanings).map(([code, meaning]) => ({ code, meaning })),
}));

type Codelist = (typeof lists)[number];
type Cell = readonly [list: Codelist, code: Codelist['codes'][number]];

const codesTable: Table<Cell> = {
  title: 'Codes and what they mean',
  url: 'codelists?format=csv',
  primaryKey: ['list', 'code'],
  columns: [
    { name: 'list', datatype: 'string', description: 'The list.', value: ({ name }) => name },
    { name: 'code', datatype: 'string', description: 'The code.', value: (_, { code }) => code },
    { name: 'meaning', datatype: 'string', description: 'What it means.', value: (_, { meaning }) => meaning },
  ],
};

const codelistFormats = {
  formats: [
    csvOf(codesTable, (list: Codelist) => list.codes.map((code) => [list, code] as const)),
    ndjsonOf<Codelist>(),
  ],
  csvMetadata: csvMetadataOperationOf('/v1/codelists.csv-metadata.json', 'describeCodelistsCsv', 'schemas'),
} satisfies FormattedList<Codelist>;

export const codelistsQuery = z.object({
  ...positionParameters,
  ...pageParameters,
  ...formatParameter(codelistFormats.formats),
});

export const codelistsSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        name: z.string(),
        codes: z.array(z.strictObject({ code: z.string(), meaning: z.string() })),
      }),
    ),
    page: pageSchema,
  })
  .meta({ id: 'Codelists' });

export const codelistsOperation: Operation = {
  method: 'get',
  path: '/v1/codelists',
  id: 'listCodelists',
  tag: 'schemas',
  summary: 'Every enumeration with the meaning of its values',
  query: codelistsQuery,
  requestHeaders: readHeaders.request,
  responses: {
    200: {
      description: 'The lists.',
      headers: readHeaders.response,
      content: { 'application/json': codelistsSchema, ...formatContents(codelistFormats.formats) },
    },
    304: { description: 'The answer at hand still stands.', headers: readHeaders.response },
  },
  problems: [...readProblems, 'bad-cursor', 'not-acceptable'],
};

export const codelistsCsvOperation = codelistFormats.csvMetadata;

export function registerCodelists(app: FastifyInstance, reads: ReadContext): void {
  serveCsvMetadata(app, codelistsCsvOperation, codesTable);
  app.get(codelistsOperation.path, async (request, reply) => {
    const query = parseQuery(codelistsQuery, request);
    const walk = { path: codelistsOperation.path, query };
    const paged: PagedList<Codelist> = { list: codelistFormats, views: ['journal'], query, walk };
    return await answerListPage(reads, request, reply, paged, (_read, slice, pageOf) =>
      Promise.resolve({ items: lists.slice(slice.start, slice.end), page: pageOf(slice.end < lists.length) }),
    );
  });
}
