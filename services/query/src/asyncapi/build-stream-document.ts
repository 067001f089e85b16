/**
 * The AsyncAPI 3 document of the streams, from the schemas that validate and that tests hold real frames against. What
 * OpenAPI says of the route (parameters, refusals) is not said twice.
 */
import { eventTypes } from '@ledgerline/events';
import { z } from 'zod';
import { createSchemaComponents, type JsonSchema, type SchemaComponents } from '../openapi/schema-components.ts';
import { streamOperation, streamQuery } from '../routes/stream.ts';
import { changeSchema, rebuiltSchema } from '../shapes/change.ts';
import { eventItemSchema } from '../shapes/event.ts';
import { frameDataSchemas } from '../shapes/stream-frame.ts';

export type AsyncApiDocument = JsonSchema & { readonly asyncapi: '3.0.0' };

type Message = {
  readonly key: string;
  readonly frame: string | null;
  readonly summary: string;
  readonly payload: JsonSchema;
};

const channel = 'stream';

export function buildStreamDocument(version: string): AsyncApiDocument {
  const components = createSchemaComponents();
  const messages = listMessages(components);
  const inChannel = (key: string) => ({ $ref: `#/channels/${channel}/messages/${key}` });
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Ledgerline streams',
      version,
      description:
        'What is new, as it comes. Catch-up and live are one sequence; every frame’s `id` is a position, and a stream that begins there goes on exactly.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    channels: {
      [channel]: {
        address: streamOperation.path,
        title: streamOperation.summary,
        description: `${streamOperation.description ?? ''} Begins at the header \`Last-Event-ID\`, else at \`after\`, else now.`,
        messages: Object.fromEntries(messages.map(({ key }) => [key, { $ref: `#/components/messages/${key}` }])),
      },
    },
    operations: {
      [streamOperation.id]: {
        action: 'send',
        channel: { $ref: `#/channels/${channel}` },
        summary: streamOperation.summary,
        security: [{ $ref: '#/components/securitySchemes/key' }],
        bindings: {
          http: { method: 'GET', query: components.toJsonSchema(streamQuery, 'input'), bindingVersion: '0.3.0' },
        },
        messages: messages.map(({ key }) => inChannel(key)),
      },
    },
    components: {
      messages: Object.fromEntries(messages.map((message) => [message.key, toMessage(message)])),
      schemas: components.schemas,
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'Off loopback alone.' } },
    },
  };
}

function listMessages(components: SchemaComponents): Message[] {
  const named = Object.entries(frameDataSchemas).map(([frame, schema]) => ({
    key: frame.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
    frame,
    summary: schema.description ?? '',
    payload: components.toJsonSchema(schema, 'output'),
  }));
  return [
    { key: 'event', frame: null, summary: 'An event of the log.', payload: eventPayload(components) },
    {
      key: 'change',
      frame: null,
      summary: 'What an event did to a claim, with `deliver=changes`.',
      payload: components.toJsonSchema(changeSchema, 'output'),
    },
    {
      key: 'rebuilt',
      frame: null,
      summary: 'What other rows than before say of a claim, with `deliver=changes`.',
      payload: components.toJsonSchema(rebuiltSchema, 'output'),
    },
    ...named,
  ];
}

/** The item with the event's own schemas, one a type. */
function eventPayload(components: SchemaComponents): JsonSchema {
  const event = { oneOf: eventTypes.map((type) => ({ $ref: `#/components/schemas/${type}` })) };
  return { allOf: [components.toJsonSchema(eventItemSchema, 'output'), { properties: { event } }] };
}

function toMessage({ key, frame, summary, payload }: Message): JsonSchema {
  const id = z.string().describe('The position after the frame.');
  const headers = z.object(frame === null ? { id } : { event: z.literal(frame), id });
  const { $schema: _dialect, ...shape } = z.toJSONSchema(headers) as JsonSchema & { $schema?: unknown };
  return { name: key, title: frame ?? 'message', summary, contentType: 'application/json', headers: shape, payload };
}
