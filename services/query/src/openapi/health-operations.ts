/** What packages/http serves on every service: whether it is well, and its figures. */
import { z } from 'zod';
import type { Operation } from './operation.ts';

const dependencySchema = z.strictObject({
  status: z.enum(['up', 'down']),
  reason: z.string().optional().describe('Why it cannot be used.'),
  detail: z.string().optional(),
  since: z.iso.datetime().describe('Since when it has been so.'),
});

export const healthOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/health/live',
    id: 'getLiveness',
    tag: 'operating',
    open: true,
    summary: 'Whether the process turns',
    responses: {
      200: {
        description: 'It does.',
        content: { 'application/json': z.strictObject({ status: z.literal('live') }).meta({ id: 'Liveness' }) },
      },
    },
    problems: [],
  },
  {
    method: 'get',
    path: '/health/ready',
    id: 'getReadiness',
    tag: 'operating',
    open: true,
    summary: 'Whether its dependencies can be used, with a reason for each that can not',
    responses: {
      200: {
        description: 'All of them can. The problem of a 503 has the same member `dependencies`.',
        content: {
          'application/json': z
            .strictObject({ status: z.literal('ready'), dependencies: z.record(z.string(), dependencySchema) })
            .meta({ id: 'Readiness' }),
        },
      },
    },
    problems: ['not-ready'],
  },
  {
    method: 'get',
    path: '/metrics',
    id: 'getMetrics',
    tag: 'operating',
    summary: 'Figures for Prometheus',
    responses: {
      200: { description: 'In the text format.', content: { 'text/plain': { jsonSchema: { type: 'string' } } } },
    },
    problems: [],
  },
];
