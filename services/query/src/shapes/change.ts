/** What an event did to a claim. */
import { codelists } from '@ledgerline/events';
import { z } from 'zod';
import { pageSchema } from '../reading/page.ts';
import { claimSchema, eventReferenceSchema, relationTypes } from './claim.ts';

const entry = {
  subject: z.string(),
  position: z.string().describe('Right after the event: with `asOf` what was held then, with `after` what came next.'),
  recordedAt: z.iso.datetime(),
  reason: z.string().nullable(),
  note: z.string().nullable(),
  event: eventReferenceSchema,
  before: claimSchema
    .nullable()
    .describe('The claim just before the event; null: not there, or not known by `knownBy`.'),
  after: claimSchema.describe('The claim just after the event.'),
};

export const changeSchema = z
  .discriminatedUnion('change', [
    z.strictObject({ ...entry, change: z.enum(['added', 'corrected', 'retracted']) }),
    z.strictObject({
      ...entry,
      change: z.enum(['linked', 'unlinked']),
      relation: z
        .strictObject({ type: z.enum(relationTypes as [string, ...string[]]), target: z.string() })
        .describe('What the claim was linked to.'),
      other: z
        .strictObject({ subject: z.string(), before: claimSchema, after: claimSchema })
        .nullable()
        .describe('The other end just before and just after; null: there is no such claim yet, or it was not known.'),
    }),
    z.strictObject({
      ...entry,
      change: z.literal('status-changed'),
      status: z
        .enum(Object.keys(codelists.changedStatus) as [string, ...string[]])
        .describe('The measure’s new status.'),
      on: z.strictObject({ edtf: z.string(), earliest: z.iso.date().nullable(), latest: z.iso.date().nullable() }),
    }),
  ])
  .meta({ id: 'Change' });

export const changeListSchema = z
  .strictObject({ items: z.array(changeSchema), page: pageSchema })
  .meta({ id: 'ChangeList' });

/** Of streams alone. */
export const rebuiltSchema = z
  .strictObject({
    ...entry,
    change: z.literal('rebuilt'),
    position: z.string().describe('Where the stream stands after it.'),
    recordedAt: z.iso.datetime().describe('When the other rows were put in place.'),
    reason: z.null(),
    note: z.null(),
    event: z.null(),
    before: claimSchema
      .nullable()
      .describe('The claim as it was shown; null: not at all, or what was shown is not kept any more.'),
    after: claimSchema.nullable().describe('The claim as it is shown now; null: not any more.'),
  })
  .describe('No event, but a rebuild, a way back or a repair in place made the claim different for readers.')
  .meta({ id: 'Rebuilt' });
