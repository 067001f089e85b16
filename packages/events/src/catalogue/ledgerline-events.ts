/** The catalogue of this system: the types of domain.md's version 1, so far without a second version of any. */
import { withDefaults } from '../schema/claims.ts';
import { correctionSchemaFor, type EventType, eventSchemas, type LedgerEvent } from '../schema/event-types.ts';
import { createEventCatalogue, type EventJson, type EventTypeDefinition, type ParseResult } from './event-catalogue.ts';

const withClaimDefaults = (event: EventJson): EventJson => ({ ...event, data: withDefaults(event['data']) });

const withCorrectionDefaults = (event: EventJson): EventJson => {
  const data = event['data'] as { readonly corrected: unknown };
  return { ...event, data: { ...data, corrected: withDefaults(data.corrected) } };
};

const asItIs = (event: EventJson): EventJson => event;

const definitions: Record<EventType, EventTypeDefinition> = {
  'border-crossing.reported.v1': {
    schema: eventSchemas['border-crossing.reported.v1'],
    complete: withClaimDefaults,
  },
  'statement.issued.v1': { schema: eventSchemas['statement.issued.v1'], complete: withClaimDefaults },
  'measure.adopted.v1': { schema: eventSchemas['measure.adopted.v1'], complete: withClaimDefaults },
  'measure.status-changed.v1': { schema: eventSchemas['measure.status-changed.v1'], complete: asItIs },
  'claim.corrected.v1': {
    schema: eventSchemas['claim.corrected.v1'],
    schemaFor: correctionSchemaFor,
    complete: withCorrectionDefaults,
  },
  'claim.retracted.v1': { schema: eventSchemas['claim.retracted.v1'], complete: asItIs },
  'claims.linked.v1': { schema: eventSchemas['claims.linked.v1'], complete: asItIs },
  'claims.unlinked.v1': { schema: eventSchemas['claims.unlinked.v1'], complete: asItIs },
};

const catalogue = createEventCatalogue<LedgerEvent>({ types: definitions, upcasters: [] });

export const eventTypes: readonly string[] = catalogue.types;

/** A client's event: valid with its lists defaulted, or every error at once. What is stored is the text as sent. */
export function parseEvent(value: unknown): ParseResult<LedgerEvent> {
  return catalogue.parse(value);
}

/**
 * An event of the log, upcast to the newest version of its type; not ok where nobody here can read it.
 * @param checked it was valid when it was written, and is not asked again
 */
export function decodeEvent(value: unknown, checked = false): ParseResult<LedgerEvent> {
  return catalogue.decode(value, checked);
}

/** JSON Schema (draft 2020-12) with `$id` `/v1/schemas/{type}`; undefined for an unknown type. */
export function jsonSchemaOf(type: string): Record<string, unknown> | undefined {
  return catalogue.jsonSchemaOf(type);
}

export function eventJsonSchemas(): Record<string, Record<string, unknown>> {
  return catalogue.jsonSchemas();
}
