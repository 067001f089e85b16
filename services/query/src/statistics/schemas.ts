/** What the statistics answer, strictly: validated in tests, described in OpenAPI. */
import { boundsPolicies } from '@ledgerline/events';
import { z } from 'zod';
import { pageSchema } from '../reading/page.ts';
import { intervalFields } from '../shapes/interval.ts';
import { countDimensions } from './count-dimensions.ts';

const day = z.iso.date();
const claims = z.array(z.string()).describe('Subjects of the claims that this rests on.');
const accounting = z.enum(['increment', 'cumulative', 'stock']);
const period = z.string().describe('EDTF; a week as `2021-W31`.');
const policy = z.enum(boundsPolicies).describe('What turned the sources’ wording into bounds.');

export const intervalSchema = z.strictObject(intervalFields).meta({ id: 'Interval' });

export const flagSchema = z
  .enum(['conflict', 'derived', 'not-combinable', 'partial', 'reset', 'to-date'])
  .describe(
    '`conflict`: sources disagree, the bounds are their hull. `derived`: worked out from cumulatives. `not-combinable`: named claims overlap or straddle the bucket and are not in the bounds. `partial`: only a part of the bucket is covered. `reset`: the count fell. `to-date`: the count ends before the bucket does.',
  );

export const pointSchema = z
  .strictObject({
    period,
    accounting,
    ...intervalFields,
    flags: z.array(flagSchema),
    claims,
    policy,
    reported: z.string().optional().describe('The period that the figure itself states, where another was asked for.'),
    since: day.nullable().optional().describe('Cumulatives: the first day counted; null where open or unknown.'),
    peak: z
      .strictObject({ ...intervalFields, claims })
      .optional()
      .describe('Stocks in a bucket: the highest, where the point itself is the last.'),
  })
  .meta({ id: 'Point' });

export const seriesSchema = z
  .strictObject({
    key: z.string(),
    measure: z.string(),
    unit: z.string(),
    border: z.string().nullable(),
    country: z.string().nullable(),
    claims: z.int().describe('How many claims give a figure.'),
    from: day.nullable().describe('First day that a figure covers.'),
    to: day.nullable(),
    latest: pointSchema,
  })
  .meta({ id: 'Series' });

export const seriesListSchema = z
  .strictObject({ items: z.array(seriesSchema), page: pageSchema, policy })
  .meta({ id: 'SeriesList' });

export const pointListSchema = z
  .strictObject({ key: z.string(), items: z.array(pointSchema), page: pageSchema, policy })
  .meta({ id: 'PointList' });

export const sourceSchema = z
  .strictObject({
    publisher: z.string(),
    claim: z.string(),
    text: z.string().describe('The source’s own wording.'),
    ...intervalFields,
    qualifier: z.string(),
    chain: z.string().describe('Whose count it is: figures of one chain are one source.'),
    period: z.string().describe('The period of the figure itself.'),
    carried: z.boolean().describe('The bound was stated for another end of the same count and carried to this one.'),
  })
  .meta({ id: 'FigureSource' });

export const conflictSchema = z
  .strictObject({
    period,
    accounting,
    verdict: z.enum(['agree', 'conflict', 'single']),
    agreement: intervalSchema.nullable().describe('What all sources allow; null in a conflict.'),
    sources: z.array(sourceSchema),
  })
  .meta({ id: 'SourcesOfPeriod' });

export const conflictListSchema = z
  .strictObject({ key: z.string(), items: z.array(conflictSchema), page: pageSchema, policy })
  .meta({ id: 'SourcesOfPeriodList' });

export const comparisonSchema = z
  .strictObject({
    series: z.string(),
    period: z.string(),
    baseline: z.string(),
    current: pointSchema.nullable().describe('null: no figure.'),
    base: pointSchema.nullable().describe('null: no figure.'),
    ratio: intervalSchema.nullable().describe('Ends of more than 12 digits are rounded outward.'),
    difference: intervalSchema.nullable(),
    reason: z.enum(['no-figure', 'zero-baseline']).optional().describe('Why there is no ratio.'),
    policy,
    position: z.string(),
  })
  .meta({ id: 'Comparison' });

const dimensionFields = Object.fromEntries(countDimensions.map((name) => [name, z.string().optional()]));

export const countSchema = z
  .strictObject({
    ...dimensionFields,
    claims: z.int().describe('Claims that are certainly in the group.'),
    incidents: z.int().describe('Distinct incidents among them; groups may share one.'),
    possible: z.int().describe('Claims that may be in the group besides: their date spans several bins.'),
  })
  .meta({ id: 'Count' });

export const countListSchema = z
  .strictObject({ items: z.array(countSchema), page: pageSchema })
  .meta({ id: 'CountList' });
