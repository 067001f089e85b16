/** `GET /v1/schemas`, `/v1/schemas/{type}`: every event type as JSON Schema, the one that ingest validates with. */
import { eventTypes, jsonSchemaOf } from '@ledgerline/events';
import { nearestName, parseQuery, problem } from '@ledgerline/http';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Operation, routePath } from '../openapi/operation.ts';
import { pageParameters, setPageLinks } from '../reading/page.ts';
import { pageOfAll, plainListOf } from '../reading/plain-page.ts';
import { sendText } from '../reading/send-answer.ts';

const noParameters = z.object({});

const schemasQuery = z.object(pageParameters);

export const schemasSchema = plainListOf(z.strictObject({ type: z.string(), url: z.string() })).meta({ id: 'Schemas' });

export const schemasOperation: Operation = {
  method: 'get',
  path: '/v1/schemas',
  id: 'listSchemas',
  tag: 'schemas',
  open: true,
  summary: 'The event types there are',
  query: schemasQuery,
  responses: {
    200: { description: 'Each with where its JSON Schema is.', content: { 'application/json': schemasSchema } },
  },
  problems: ['unknown-parameter', 'repeated-parameter', 'invalid-parameter', 'bad-cursor'],
};

export const schemaOperation: Operation = {
  method: 'get',
  path: '/v1/schemas/{type}',
  id: 'getSchema',
  tag: 'schemas',
  open: true,
  summary: 'The JSON Schema of an event type',
  pathParameters: { type: 'The event type, with its version.' },
  query: noParameters,
  responses: {
    200: {
      description: 'JSON Schema, draft 2020-12.',
      content: { 'application/schema+json': z.record(z.string(), z.unknown()) },
    },
  },
  problems: ['unknown-parameter', 'unknown-schema'],
};

export function registerSchemas(app: FastifyInstance): void {
  const config = { scope: 'none' } as const;
  app.get(schemasOperation.path, { config }, (request, reply) => {
    const query = parseQuery(schemasQuery, request);
    const all = eventTypes.map((type) => ({ type, url: `/v1/schemas/${type}` }));
    const list = pageOfAll(all, query, { path: schemasOperation.path, query }, ({ type }) => type);
    setPageLinks(request, reply, list.page);
    return sendText(request, reply, {
      text: JSON.stringify(list),
      contentType: 'application/json; charset=utf-8',
    });
  });
  app.get<{ Params: { type: string } }>(routePath(schemaOperation), { config }, (request, reply) => {
    parseQuery(noParameters, request);
    const { type } = request.params;
    const schema = jsonSchemaOf(type);
    if (schema === undefined) {
      const nearest = nearestName(type, eventTypes);
      throw problem(
        'unknown-schema',
        nearest ? `Did you mean "${nearest}"?` : 'GET /v1/schemas lists the types there are.',
      );
    }
    return sendText(request, reply, {
      text: JSON.stringify(schema),
      contentType: 'application/schema+json; charset=utf-8',
    });
  });
}
