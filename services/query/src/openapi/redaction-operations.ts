/** What the document says of redactions. */
import { z } from 'zod';
import { pageParameters } from '../reading/page.ts';
import { plainListOf } from '../reading/plain-page.ts';
import { rebuildSchema } from '../shapes/job.ts';
import type { Operation } from './operation.ts';

export const redactionsPath = '/v1/admin/redactions';
const maxReasonLength = 500;

export const noParameters = z.object({});
export const redactionBody = z.strictObject({
  subject: z.string().min(1).max(128).describe('Of the claim.'),
  reason: z.string().trim().min(1).max(maxReasonLength).describe('On what ground, kept for audit.'),
});

export const redactedSchema = z
  .strictObject({
    subject: z.string(),
    records: z.int().describe('Records of the log that are redacted now and were not before.'),
    rebuilds: z.array(rebuildSchema).describe('What takes the claim’s words out of each view.'),
  })
  .meta({ id: 'Redacted' });

export const redactionsQuery = z.object(pageParameters);
export const redactionsSchema = plainListOf(
  z.strictObject({
    subject: z.string(),
    reason: z.string(),
    redactedBy: z.string().nullable().describe('The name of the key; null where none is asked for.'),
    redactedAt: z.iso.datetime(),
    records: z.int(),
  }),
).meta({ id: 'Redactions' });

const operating = { tag: 'operating', query: noParameters, path: redactionsPath } as const;
const json = (description: string, schema: z.ZodType) => ({ description, content: { 'application/json': schema } });

export const redactionOperations = {
  redact: {
    ...operating,
    method: 'post',
    id: 'redactClaim',
    summary: 'Take what a claim says out of every view',
    description:
      'Only after it was retracted as unlawful. Its events stay to be seen, without what they say. The log keeps its records.',
    requestHeaders: { Prefer: '`wait=N`: wait up to N seconds (30 at most) until it is done; ten without it.' },
    requestBody: { description: 'Which claim, and why.', content: { 'application/json': redactionBody } },
    responses: {
      200: json('It is gone from all views.', redactedSchema),
      202: json('It is on the list; the views follow.', redactedSchema),
    },
    problems: [
      'unknown-parameter',
      'unsupported-media-type',
      'body-too-large',
      'invalid-json',
      'invalid-body',
      'unknown-claim',
      'not-unlawful',
      'rebuild-running',
      'view-behind',
    ],
  },
  list: {
    ...operating,
    method: 'get',
    id: 'listRedactions',
    summary: 'What was redacted, by whom, and why',
    query: redactionsQuery,
    responses: { 200: json('Newest first.', redactionsSchema) },
    problems: ['unknown-parameter', 'repeated-parameter', 'invalid-parameter', 'bad-cursor'],
  },
} as const satisfies Record<string, Operation>;
