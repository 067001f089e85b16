/** Every event type of this version, by its name in the log. A new version of one is added beside it. */
import type { z } from 'zod';
import { correction, corrections, link, retraction, statusChange } from './changes.ts';
import { borderCrossing, kindOfData, measure, statement } from './claims.ts';
import { eventOf } from './envelope.ts';

export const eventSchemas = {
  'border-crossing.reported.v1': eventOf('border-crossing.reported.v1', borderCrossing),
  'statement.issued.v1': eventOf('statement.issued.v1', statement),
  'measure.adopted.v1': eventOf('measure.adopted.v1', measure),
  'measure.status-changed.v1': eventOf('measure.status-changed.v1', statusChange),
  'claim.corrected.v1': eventOf('claim.corrected.v1', correction),
  'claim.retracted.v1': eventOf('claim.retracted.v1', retraction),
  'claims.linked.v1': eventOf('claims.linked.v1', link),
  'claims.unlinked.v1': eventOf('claims.unlinked.v1', link),
} as const;

export type EventType = keyof typeof eventSchemas;

export type EventOf<T extends EventType> = z.output<(typeof eventSchemas)[T]>;

/** An event as the contract has it: envelope and data, lists defaulted to []. */
export type LedgerEvent = { [T in EventType]: EventOf<T> }[EventType];

/** An event as a writer may send it: lists that are empty may be left out. */
export type EventInput = { [T in EventType]: z.input<(typeof eventSchemas)[T]> }[EventType];

/** An event that begins a claim. */
export type ClaimEvent = EventOf<'border-crossing.reported.v1' | 'statement.issued.v1' | 'measure.adopted.v1'>;

const correctedOf = {
  'border-crossing': eventOf('claim.corrected.v1', corrections['border-crossing']),
  statement: eventOf('claim.corrected.v1', corrections.statement),
  measure: eventOf('claim.corrected.v1', corrections.measure),
  none: eventOf('claim.corrected.v1', corrections.none),
} as const;

/** A correction is checked against the kind its data is of, not against all three. */
export function correctionSchemaFor(value: { readonly data?: unknown }): z.ZodType {
  const { data } = value;
  const corrected =
    typeof data === 'object' && data !== null ? (data as Record<string, unknown>)['corrected'] : undefined;
  return correctedOf[
    kindOfData(corrected) ?? (typeof corrected === 'object' && corrected !== null ? 'none' : 'statement')
  ];
}
