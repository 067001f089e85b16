/** A claim's history: what it said when, and what changed. */
import { z } from 'zod';
import { pageSchema } from '../reading/page.ts';
import { eventReferenceSchema, publishedSchema } from './claim.ts';

const differenceSchema = z
  .strictObject({
    pointer: z.string().describe('JSON pointer into `data`.'),
    before: z.unknown().describe('null: it was not there.'),
    after: z.unknown().describe('null: it is no longer there.'),
  })
  .meta({ id: 'Difference' });

const entry = {
  version: z.int().min(1).describe('The version that stood from here on.'),
  reason: z.string().nullable(),
  note: z.string().nullable(),
  position: z.string().describe('Right after the event: with `asOf` the claim as it was then.'),
  recordedAt: z.iso.datetime(),
  event: eventReferenceSchema,
  published: publishedSchema,
  diff: z.array(differenceSchema),
};

export const historyItemSchema = z
  .discriminatedUnion('change', [
    z.strictObject({
      ...entry,
      change: z.enum(['added', 'corrected', 'retracted']),
      data: z.record(z.string(), z.unknown()).nullable().describe('As recorded; null where it may not be shown.'),
    }),
    z.strictObject({
      ...entry,
      change: z.literal('status-changed'),
      status: z.string().describe('The measure’s new status.'),
      on: z.strictObject({ edtf: z.string(), earliest: z.iso.date().nullable(), latest: z.iso.date().nullable() }),
    }),
  ])
  .meta({ id: 'HistoryItem' });

export const historySchema = z
  .strictObject({ items: z.array(historyItemSchema), page: pageSchema })
  .meta({ id: 'History' });

export type HistoryItem = z.output<typeof historyItemSchema>;
