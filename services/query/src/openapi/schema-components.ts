/**
 * zod schemas as JSON Schema for the document: what has an id is a component, everywhere else it is referred to.
 */
import { eventJsonSchemas } from '@ledgerline/events';
import { z } from 'zod';

export type JsonSchema = Readonly<Record<string, unknown>>;

export type SchemaComponents = {
  /** The schema, or a reference to its component. @param io what goes in (parameters) or comes out (answers) */
  toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema;
  readonly schemas: Readonly<Record<string, JsonSchema>>;
};

const prefix = '#/components/schemas/';

export function createSchemaComponents(): SchemaComponents {
  const schemas: Record<string, JsonSchema> = {};
  for (const [type, schema] of Object.entries(eventJsonSchemas())) {
    const { $schema: _dialect, $id: _id, ...rest } = schema;
    schemas[type] = rewriteReferences(rest, (name) => `${prefix}${type}/$defs/${name}`);
  }
  return {
    schemas,
    toJsonSchema(schema, io) {
      const generated = z.toJSONSchema(schema, { target: 'draft-2020-12', io });
      const {
        $schema: _dialect,
        $defs = {},
        id,
        ...rest
      } = generated as JsonSchema & { $defs?: Record<string, JsonSchema>; id?: string };
      for (const [name, definition] of Object.entries($defs)) schemas[name] = toComponent(definition);
      if (id === undefined) return toComponent(rest);
      schemas[id] = toComponent(rest);
      return { $ref: `${prefix}${id}` };
    },
  };
}

function toComponent({ id: _id, ...schema }: JsonSchema & { id?: unknown }): JsonSchema {
  return rewriteReferences(schema, (name) => `${prefix}${name}`);
}

function rewriteReferences(value: JsonSchema, toReference: (name: string) => string): JsonSchema {
  return JSON.parse(JSON.stringify(value), (key, item: unknown) =>
    key === '$ref' && typeof item === 'string' && item.startsWith('#/$defs/') ? toReference(item.slice(8)) : item,
  ) as JsonSchema;
}
