/**
 * A set of event types with their upcasters. `parse` is for what clients send: each version by its own schema;
 * `decode` is for what the log holds: older versions are turned into the newest first. The log is never changed.
 */
import { z } from 'zod';
import { type FieldError, toFieldErrors } from '../field-error.ts';
import { eventOfUnknownType } from '../schema/envelope.ts';
import { type FastCheck, fastCheckOf } from './fast-check-of.ts';

export type ParseResult<E> =
  | { readonly ok: true; readonly event: E }
  | { readonly ok: false; readonly errors: FieldError[] };

/** An event as JSON, of a type that is known to have been written by the upcaster's own version. */
export type EventJson = Readonly<Record<string, unknown>>;

export type EventTypeDefinition = {
  /** As documented and served. */
  readonly schema: z.ZodType;
  /** The schema to check this very value by, where `schema` is a union that gives unreadable errors. */
  readonly schemaFor?: (value: EventJson) => z.ZodType;
  /** What the schema makes of an event that is valid, without being asked; left out, it is. Changes nothing in place. */
  readonly complete?: (valid: EventJson) => EventJson;
};

/** From one type version to the next: the whole event, since `type` changes too. Pure; the input is not changed. */
export type Upcaster = { readonly from: string; readonly to: string; readonly upcast: (event: EventJson) => EventJson };

export type EventCatalogue<E> = {
  readonly types: readonly string[];
  parse(value: unknown): ParseResult<E>;
  /** @param checked it was parsed before it was written: its own schema need not be asked again */
  decode(value: unknown, checked?: boolean): ParseResult<E>;
  jsonSchemaOf(type: string): Record<string, unknown> | undefined;
  jsonSchemas(): Record<string, Record<string, unknown>>;
};

type CatalogueParts = {
  readonly types: Readonly<Record<string, EventTypeDefinition>>;
  readonly upcasters: readonly Upcaster[];
};

/** Throws where an upcaster's types are unknown, two start from one type, or they go round in a circle. */
export function createEventCatalogue<E>({ types, upcasters }: CatalogueParts): EventCatalogue<E> {
  const definitions = new Map(Object.entries(types));
  const fastChecks = new Map<z.ZodType, FastCheck>();
  const nextOf = indexUpcasters(upcasters, definitions);

  function parse(value: unknown): ParseResult<E> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return { ok: false, errors: [{ pointer: '', code: 'wrong-type', message: 'must be an object' }] };
    }
    const json = value as EventJson;
    const type = Object.hasOwn(json, 'type') ? json['type'] : undefined;
    const definition = typeof type === 'string' ? definitions.get(type) : undefined;
    if (definition === undefined) return { ok: false, errors: errorsOfUnknown(json) };
    const schema = definition.schemaFor?.(json) ?? definition.schema;
    if (definition.complete && fastCheck(schema)(json)) return { ok: true, event: definition.complete(json) as E };
    const result = schema.safeParse(json);
    if (result.success) return { ok: true, event: result.data as E };
    return { ok: false, errors: toFieldErrors(result.error.issues, json) };
  }

  function fastCheck(schema: z.ZodType): FastCheck {
    let check = fastChecks.get(schema);
    if (check === undefined) fastChecks.set(schema, (check = fastCheckOf(schema)));
    return check;
  }

  function errorsOfUnknown(json: EventJson): FieldError[] {
    const result = eventOfUnknownType.safeParse(json);
    const errors = result.success ? [] : toFieldErrors(result.error.issues, json);
    if (typeof json['type'] === 'string') {
      const message = `must be one of ${[...definitions.keys()].join(', ')}`;
      errors.push({ pointer: '/type', code: 'unknown-type', message });
    }
    return errors;
  }

  function decode(value: unknown, checked = false): ParseResult<E> {
    let json = value;
    for (;;) {
      const type = typeof json === 'object' && json !== null ? (json as EventJson)['type'] : undefined;
      const upcaster = typeof type === 'string' ? nextOf.get(type) : undefined;
      if (upcaster === undefined) return checked && json === value ? complete(json as EventJson) : parse(json);
      // An old event is first held against its own schema: an upcaster may trust what it is given.
      const parsed = parse(json);
      if (!parsed.ok) return parsed;
      json = upcaster.upcast(json as EventJson);
    }
  }

  /** Half the cost of `parse`, for the records of which there are most. */
  function complete(valid: EventJson): ParseResult<E> {
    const { type } = valid;
    const definition = typeof type === 'string' ? definitions.get(type) : undefined;
    return definition?.complete ? { ok: true, event: definition.complete(valid) as E } : parse(valid);
  }

  const generated = new Map<string, Record<string, unknown>>();
  function jsonSchemaOf(type: string): Record<string, unknown> | undefined {
    const definition = definitions.get(type);
    if (definition === undefined) return undefined;
    let schema = generated.get(type);
    if (schema === undefined) {
      schema = toJsonSchema(type, definition.schema);
      generated.set(type, schema);
    }
    return schema;
  }

  return {
    types: [...definitions.keys()],
    parse,
    decode,
    jsonSchemaOf,
    jsonSchemas: () => Object.fromEntries([...definitions.keys()].map((type) => [type, jsonSchemaOf(type) ?? {}])),
  };
}

function indexUpcasters(
  upcasters: readonly Upcaster[],
  definitions: ReadonlyMap<string, unknown>,
): Map<string, Upcaster> {
  const nextOf = new Map<string, Upcaster>();
  for (const upcaster of upcasters) {
    if (!definitions.has(upcaster.from) || !definitions.has(upcaster.to)) {
      throw new Error(`upcaster of an unknown event type: ${upcaster.from} to ${upcaster.to}`);
    }
    if (nextOf.has(upcaster.from)) throw new Error(`two upcasters start from ${upcaster.from}`);
    nextOf.set(upcaster.from, upcaster);
  }
  for (const { from } of upcasters) {
    const seen = new Set<string>();
    for (let type: string | undefined = from; type !== undefined; type = nextOf.get(type)?.to) {
      if (seen.has(type)) throw new Error(`upcasters go round in a circle from ${from}`);
      seen.add(type);
    }
  }
  return nextOf;
}

function toJsonSchema(type: string, schema: z.ZodType): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
  return { $schema, $id: `/v1/schemas/${type}`, title: type, ...rest };
}
