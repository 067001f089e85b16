/** Measures with their lifecycle. */
import { codelists } from '@ledgerline/events';
import { z } from 'zod';
import { pageSchema } from '../reading/page.ts';
import { eventReferenceSchema } from './claim.ts';

const statuses = [...new Set([...Object.keys(codelists.measureStatus), ...Object.keys(codelists.changedStatus)])];
const statusSchema = z.enum(statuses as [string, ...string[]]);
const days = { edtf: z.string(), earliest: z.iso.date().nullable(), latest: z.iso.date().nullable() };

export const inForceValues = ['certain', 'possible', 'no'] as const;

export const measureSchema = z
  .strictObject({
    subject: z.string(),
    title: z.string(),
    measureKind: z.enum(Object.keys(codelists.measureKind) as [string, ...string[]]),
    status: statusSchema.describe('With `on` the status on that day, else the latest there is.'),
    inForce: z.enum(inForceValues).optional().describe('Only with `on`.'),
    effective: z.strictObject(days).nullable(),
    minimumDuration: z
      .string()
      .nullable()
      .describe('ISO 8601. Where the end of `effective` is not known it is certainly in force for so long.'),
    lifecycle: z.array(
      z.strictObject({
        status: statusSchema,
        on: z.strictObject(days),
        reason: z.string().optional(),
        event: eventReferenceSchema,
      }),
    ),
    replaces: z.array(z.string()),
    replacedBy: z.array(z.string()),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Measure' });

export const measureListSchema = z
  .strictObject({ items: z.array(measureSchema), page: pageSchema })
  .meta({ id: 'MeasureList' });

export type MeasureItem = z.output<typeof measureSchema>;
