/** Records set aside as operators see them. */
import { viewNames } from '@ledgerline/projection';
import { z } from 'zod';

export const parkReasons = [
  'undecodable',
  'unknown-type',
  'invalid-event',
  'upcast-failed',
  'misplaced',
  'apply-failed',
  'behind',
] as const;

const requestSchema = z
  .strictObject({
    action: z.enum(['retry', 'discard']),
    at: z.iso.datetime(),
    by: z
      .string()
      .nullable()
      .describe('The name of the key; null where none was needed, or the projector asked itself.'),
    reason: z.string().nullable(),
  })
  .describe('Asked for, and not carried out yet.');

const discardSchema = z.strictObject({
  at: z.iso.datetime(),
  by: z.string().nullable(),
  reason: z.string(),
});

export const parkedItemSchema = z
  .strictObject({
    id: z.int(),
    state: z.enum(['parked', 'discarded']),
    view: z.enum(viewNames as [string, ...string[]]),
    generation: z.int(),
    partition: z.int(),
    offset: z.int(),
    recordedAt: z.iso.datetime(),
    parkedAt: z.iso.datetime(),
    reason: z.enum(parkReasons),
    message: z.string(),
    subject: z.string().nullable(),
    source: z.string().nullable(),
    eventId: z.string().nullable(),
    type: z.string().nullable(),
    attempts: z.int().describe('How often it was tried; one `behind` has waited since it came.'),
    retriedAt: z.iso.datetime().nullable(),
    requested: requestSchema.nullable(),
    discarded: discardSchema.nullable(),
  })
  .meta({ id: 'ParkedRecord' });

export const parkedRecordSchema = parkedItemSchema
  .extend({ value: z.string().describe('The bytes as they stand in the log, base64.') })
  .meta({ id: 'ParkedRecordWithBytes' });

export type ParkedRow = {
  readonly id: number;
  readonly view: string;
  readonly generation: number;
  readonly partition: number;
  readonly offset: number;
  readonly recorded_at: string;
  readonly parked_at: string;
  readonly reason: string;
  readonly message: string;
  readonly subject: string | null;
  readonly source: string | null;
  readonly event_id: string | null;
  readonly type: string | null;
  readonly attempts: number;
  readonly retried_at: string | null;
  readonly requested?: 'retry' | 'discard' | null;
  readonly requested_at?: string | null;
  readonly requested_by?: string | null;
  readonly request_reason?: string | null;
  readonly discarded_at?: string | null;
  readonly discarded_by?: string | null;
  readonly discard_reason?: string | null;
};

export function toParkedItem(row: ParkedRow) {
  const { id, view, generation, partition, offset, reason, message, subject, source, type, attempts } = row;
  const { requested_at: requestedAt = null, discarded_at: discardedAt = null } = row;
  return {
    id,
    state: discardedAt === null ? 'parked' : 'discarded',
    view,
    generation,
    partition,
    offset,
    recordedAt: row.recorded_at,
    parkedAt: row.parked_at,
    reason,
    message,
    subject,
    source,
    eventId: row.event_id,
    type,
    attempts,
    retriedAt: row.retried_at,
    requested:
      row.requested == null
        ? null
        : { action: row.requested, at: requestedAt, by: row.requested_by, reason: row.request_reason },
    discarded: discardedAt === null ? null : { at: discardedAt, by: row.discarded_by, reason: row.discard_reason },
  };
}
