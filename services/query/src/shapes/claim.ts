/** Claims as answers show them: `data` as recorded, everything else derived. */
import { codelists } from '@ledgerline/events';
import { z } from 'zod';
import { facetsSchema } from '../facets/facet-parameters.ts';
import { claimKinds } from '../filters/claim-filters.ts';
import { pageSchema } from '../reading/page.ts';
import { intervalFields } from './interval.ts';

const date = z.iso.date();
const token = z.string();
export const relationTypes = Object.keys(codelists.relation);

export const daysSchema = z
  .strictObject({
    edtf: z.string(),
    earliest: date.nullable().describe('null: open or unknown.'),
    latest: date.nullable().describe('null: open or unknown.'),
    precision: z.enum(['day', 'month', 'year', 'interval']),
    approximate: z.boolean(),
    uncertain: z.boolean(),
    basis: z.enum(Object.keys(codelists.whenBasis) as [string, ...string[]]),
    text: z.string().optional().describe('The source’s own words for it.'),
  })
  .meta({ id: 'Days', description: 'A date in Extended Date/Time Format and the days it may cover.' });

export const publishedSchema = z
  .strictObject({ earliest: date.nullable(), latest: date.nullable() })
  .meta({ id: 'Published', description: 'On which days the first report may have been published.' });

export const figureSchema = z
  .strictObject({
    series: z.string(),
    accounting: z.enum(['increment', 'cumulative', 'stock']),
    period: z.string(),
    text: z.string(),
    ...intervalFields,
  })
  .meta({ id: 'Figure', description: 'A figure of the claim, in the source’s wording and as an interval.' });

export const relationSchema = z
  .strictObject({
    type: z.enum(relationTypes as [string, ...string[]]),
    direction: z.enum(['out', 'in']).describe('`out`: this claim names the target; `in`: the target names this claim.'),
    target: z.string(),
    pending: z.boolean().describe('The target is not known yet.'),
  })
  .meta({ id: 'Relation' });

export const eventReferenceSchema = z
  .strictObject({ source: z.string(), id: z.string() })
  .meta({ id: 'EventReference' });

export const claimSchema = z
  .strictObject({
    subject: z.string(),
    kind: z.enum(claimKinds),
    type: z.string().describe('Type of the claim’s first event.'),
    state: z.enum(['current', 'retracted']),
    version: z.int().min(1),
    title: z.string(),
    occurred: daysSchema,
    published: publishedSchema,
    recordedAt: z.iso.datetime(),
    position: token.describe('Of the event that made this version: good for `minPosition`.'),
    figures: z.array(figureSchema),
    relations: z.array(relationSchema),
    incident: z.string().describe('The same for all claims joined by `same-incident`.'),
    reason: z.string().nullable().describe('Why it was corrected or retracted; null for a first version.'),
    note: z.string().nullable(),
    event: eventReferenceSchema,
    data: z.record(z.string(), z.unknown()).nullable().describe('As recorded; null where it may not be shown.'),
  })
  .meta({ id: 'Claim' });

export const claimListSchema = z
  .strictObject({ items: z.array(claimSchema), page: pageSchema, facets: facetsSchema.optional() })
  .meta({ id: 'ClaimList' });

export const shapedClaimListSchema = z
  .strictObject({
    items: z.array(claimSchema.partial().meta({ id: 'ClaimMembers' })),
    page: pageSchema,
    facets: facetsSchema.optional(),
  })
  .meta({ id: 'ShapedClaimList', description: 'With `fields` or `view=minimal`: items of the members asked for.' });
