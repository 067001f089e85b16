/** What OpenAPI says of the statistics: the schemas the routes validate with and the shapes they answer. */
import type { ProblemCode } from '@ledgerline/http';
import { z } from 'zod';
import { claimFilterParameters } from '../filters/claim-filters.ts';
import { formatContents, formatParameter, type NamedFormat } from '../formats/list-format.ts';
import { type Operation, readHeaders, readProblems } from '../openapi/operation.ts';
import { knownByParameters, positionParameters } from '../reading/clock-parameters.ts';
import { dayParameter } from '../reading/day-parameter.ts';
import { pageParameters } from '../reading/page.ts';
import {
  comparisonFormats,
  conflictFormats,
  countFormats,
  describedTables,
  pointFormats,
  seriesFormats,
} from './formats.ts';
import { accountingParameter, bucketParameter, byParameter, periodParameter, policyParameter } from './parameters.ts';
import { comparisonSchema, conflictListSchema, countListSchema, pointListSchema, seriesListSchema } from './schemas.ts';

const clocks = { ...positionParameters, ...knownByParameters };
const window = {
  from: dayParameter('Periods that end on this day or later; whole buckets.').optional(),
  to: dayParameter('Periods that begin on this day or earlier; whole buckets.').optional(),
};

export const seriesQuery = z.object({
  ...clocks,
  ...pageParameters,
  ...policyParameter,
  ...formatParameter(seriesFormats.formats),
});

export const pointsQuery = z.object({
  ...clocks,
  ...pageParameters,
  ...policyParameter,
  ...window,
  ...accountingParameter,
  ...bucketParameter,
  ...formatParameter(pointFormats.formats),
});

export const conflictsQuery = z.object({
  ...clocks,
  ...pageParameters,
  ...policyParameter,
  ...window,
  verdict: z.enum(['agree', 'conflict', 'single', 'all']).optional().meta({
    description:
      'Only periods of this verdict. Default: `agree` and `conflict`; `all` adds those with a single source.',
  }),
  ...formatParameter(conflictFormats.formats),
});

export const compareQuery = z.object({
  series: z
    .string()
    .min(1)
    .max(200)
    .meta({ description: 'Key of the series.', examples: ['crossings:person:BY-LT'] }),
  period: periodParameter('The period to compare, in EDTF.'),
  baseline: periodParameter('The period to compare it with, in EDTF.'),
  ...clocks,
  ...policyParameter,
  ...formatParameter(comparisonFormats.formats),
});

export const countsQuery = z.object({
  ...claimFilterParameters,
  ...clocks,
  ...pageParameters,
  ...byParameter,
  ...formatParameter(countFormats.formats),
});

type Read = Pick<Operation, 'path' | 'id' | 'summary'> & {
  readonly query: z.ZodObject;
  readonly answer: z.ZodType;
  readonly about: string;
  readonly problems: readonly ProblemCode[];
  readonly formats: readonly NamedFormat[];
};

function read({ answer, about, problems, formats, ...operation }: Read): Operation {
  return {
    method: 'get',
    tag: 'statistics',
    ...operation,
    ...(operation.path.includes('{key}')
      ? { pathParameters: { key: 'Key of the series: `measure:unit:place`.' } }
      : {}),
    requestHeaders: readHeaders.request,
    responses: {
      200: {
        description: about,
        headers: readHeaders.response,
        content: { 'application/json': answer, ...formatContents(formats) },
      },
      304: { description: 'The answer at hand still stands.', headers: readHeaders.response },
    },
    problems: [...readProblems, 'not-acceptable', ...problems],
  };
}

export const seriesOperation = read({
  path: '/v1/statistics/series',
  id: 'listSeries',
  summary: 'The series there are, each with its latest point',
  query: seriesQuery,
  answer: seriesListSchema,
  formats: seriesFormats.formats,
  about: 'A page of series in order of their keys.',
  problems: ['bad-cursor', 'overloaded'],
});

export const pointsOperation = read({
  path: '/v1/statistics/series/{key}',
  id: 'listPoints',
  summary: 'The points of a series, as intervals with the claims they rest on',
  query: pointsQuery,
  answer: pointListSchema,
  formats: pointFormats.formats,
  about: 'A page of points in order of time.',
  problems: ['bad-cursor', 'unknown-series'],
});

export const conflictsOperation = read({
  path: '/v1/statistics/series/{key}/conflicts',
  id: 'listConflicts',
  summary: 'Sources side by side, period by period',
  query: conflictsQuery,
  answer: conflictListSchema,
  formats: conflictFormats.formats,
  about: 'A page of periods in order of time.',
  problems: ['bad-cursor', 'unknown-series'],
});

export const compareOperation = read({
  path: '/v1/statistics/compare',
  id: 'comparePeriods',
  summary: 'One period of a series against another',
  query: compareQuery,
  answer: comparisonSchema,
  formats: comparisonFormats.formats,
  about: 'The comparison. Where there is no ratio it says why; a series nobody gives a figure of is `no-figure` too.',
  problems: [],
});

export const countsOperation = read({
  path: '/v1/statistics/counts',
  id: 'countClaims',
  summary: 'How many claims and incidents, by group',
  query: countsQuery,
  answer: countListSchema,
  formats: countFormats.formats,
  about:
    'A page of groups in their order. A claim is in every group it has a value for, and in none where it has none.',
  problems: ['bad-cursor', 'overloaded'],
});

export const statisticsOperations: readonly Operation[] = [
  seriesOperation,
  pointsOperation,
  conflictsOperation,
  compareOperation,
  countsOperation,
  ...describedTables.map(([operation]) => operation),
];
