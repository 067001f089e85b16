/** Where the meaning of a CSV answer's columns is served, and the link that leads there. */
import { parseQuery } from '@ledgerline/http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Operation, OperationTag } from '../openapi/operation.ts';
import { sendText } from '../reading/send-answer.ts';
import { describeTable, type Table } from './table.ts';

/** @param path ends in `.csv-metadata.json`: the default place of the metadata of a CSV file (CSVW, 5.3) */
export function csvMetadataOperationOf(path: string, id: string, tag: OperationTag): Operation {
  return {
    method: 'get',
    path,
    id,
    tag,
    summary: 'CSV on the Web: what the columns of the CSV format mean',
    responses: {
      200: { description: 'The metadata.', content: { 'application/csvm+json': { jsonSchema: { type: 'object' } } } },
    },
    problems: ['unknown-parameter'],
  };
}

export function serveCsvMetadata<Args extends readonly unknown[]>(
  app: FastifyInstance,
  { path }: Operation,
  table: Table<Args>,
): void {
  const text = JSON.stringify(describeTable(table));
  app.get(path, async (request, reply) => {
    parseQuery(z.object({}), request);
    return sendText(request, reply, { text, contentType: 'application/csvm+json; charset=utf-8' });
  });
}

export function linkCsvMetadata(reply: FastifyReply, { path }: Operation): void {
  reply.header('link', `<${path}>; rel="describedby"; type="application/csvm+json"`);
}
