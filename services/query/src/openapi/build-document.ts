/** The OpenAPI 3.1 document, from the operations as they are: what validates is what is documented. */
import { type ProblemCode, problemCatalogue, type Scope } from '@ledgerline/http';
import { z } from 'zod';
import type { Operation, OperationContent } from './operation.ts';
import { createSchemaComponents, type JsonSchema, type SchemaComponents } from './schema-components.ts';

export type OpenApiDocument = {
  readonly openapi: '3.1.1';
  readonly info: JsonSchema;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>;
  readonly components: JsonSchema & { readonly schemas: Readonly<Record<string, JsonSchema>> };
  readonly security: readonly JsonSchema[];
};

const tags = [
  { name: 'events', description: 'The log: append, read, replay.' },
  { name: 'claims', description: 'The timeline: claims, their history, incidents, measures.' },
  { name: 'statistics', description: 'Figures as intervals, with the claims they rest on.' },
  { name: 'schemas', description: 'What events and answers are made of.' },
  { name: 'operating', description: 'How the views stand.' },
];

/** What any route may answer besides its own; */
const commonProblems: readonly ProblemCode[] = [
  'bad-url',
  'bad-request',
  'misdirected-host',
  'too-many-requests',
  'internal-fault',
  'database-unavailable',
];
/** what wants a key; */
const keyProblems: readonly ProblemCode[] = ['unauthenticated', 'scope-missing', 'key-set-unavailable'];
/** and what takes a body. */
const bodyProblems: readonly ProblemCode[] = ['incomplete-body', 'request-timeout'];

const problemSchema = z
  .looseObject({
    type: z.string().describe('`/problems/<code>`: a page that explains it.'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().optional(),
    code: z.enum(Object.keys(problemCatalogue) as [string, ...string[]]),
    errors: z
      .array(
        z.looseObject({
          pointer: z.string().optional(),
          parameter: z.string().optional(),
          message: z.string(),
          code: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457.' });

export function buildDocument(operations: readonly Operation[], version: string): OpenApiDocument {
  const components = createSchemaComponents();
  const problem = components.toJsonSchema(problemSchema, 'output');
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const operation of operations) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method]: toOperation(operation, components, problem),
    };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Ledgerline',
      version,
      description: 'Claims in, timelines and statistics out. Positions are opaque; every list is paged the same way.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags,
    paths,
    components: { schemas: components.schemas, securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
    security: keyFor('read'),
  };
}

/** Without keys (on loopback) everything is open. */
const keyFor = (scope: Scope): JsonSchema[] => [{ key: [scope] }, {}];

/** What a key must allow. */
function scopeOf({ path, method }: Operation): Scope {
  if (path.startsWith('/v1/admin/')) return 'admin';
  return method === 'get' ? 'read' : 'write';
}

function toOperation(operation: Operation, components: SchemaComponents, problem: JsonSchema): JsonSchema {
  const { id, tag, summary, description, requestBody } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    security: operation.open ? [] : keyFor(scopeOf(operation)),
    parameters: toParameters(operation, components),
    ...(requestBody && {
      requestBody: {
        description: requestBody.description,
        required: true,
        content: toContent(requestBody.content, components, 'input'),
      },
    }),
    responses: { ...toResponses(operation, components), ...toProblemResponses(operation, problem) },
  };
}

function toParameters(
  { pathParameters = {}, query, requestHeaders = {} }: Operation,
  components: SchemaComponents,
): JsonSchema[] {
  const text = { type: 'string' };
  const inPath = Object.entries(pathParameters).map(([name, description]) => ({
    name,
    in: 'path',
    required: true,
    description,
    schema: text,
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, field]) => {
    const schema = field as z.ZodType;
    const { description, examples, ...rest } = components.toJsonSchema(schema, 'input');
    return {
      name,
      in: 'query',
      required: !schema.safeParse(undefined).success,
      ...(description === undefined ? {} : { description }),
      schema: examples === undefined ? rest : { ...rest, examples },
    };
  });
  const inHeader = Object.entries(requestHeaders).map(([name, description]) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: text,
  }));
  return [...inPath, ...inQuery, ...inHeader];
}

function toContent(content: OperationContent, components: SchemaComponents, io: 'input' | 'output'): JsonSchema {
  return Object.fromEntries(
    Object.entries(content).map(([mediaType, schema]) => [
      mediaType,
      { schema: schema instanceof z.ZodType ? components.toJsonSchema(schema, io) : schema.jsonSchema },
    ]),
  );
}

function toResponses({ responses }: Operation, components: SchemaComponents): JsonSchema {
  return Object.fromEntries(
    Object.entries(responses).map(([status, { description, content, headers }]) => [
      status,
      {
        description,
        ...(headers && {
          headers: Object.fromEntries(
            Object.entries(headers).map(([name, about]) => [name, { description: about, schema: { type: 'string' } }]),
          ),
        }),
        ...(content && { content: toContent(content, components, 'output') }),
      },
    ]),
  );
}

/** One response a status, naming its codes. */
function toProblemResponses(operation: Operation, problem: JsonSchema): JsonSchema {
  const codes = new Set([
    ...operation.problems,
    ...commonProblems,
    ...(operation.open ? [] : keyProblems),
    ...(operation.method === 'get' ? [] : bodyProblems),
  ]);
  const byStatus = Map.groupBy(codes, (code) => problemCatalogue[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => [
      String(status),
      {
        description: ofStatus.map((code) => `\`${code}\`: ${problemCatalogue[code].title}.`).join('\n\n'),
        content: { 'application/problem+json': { schema: problem } },
        ...((status === 503 || status === 429) && {
          headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'string' } } },
        }),
      },
    ]),
  );
}
