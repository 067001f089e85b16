/**
 * `POST /v1/events` as the document describes it. Ingest serves it, here or in a process of its own; the event schemas are
 * the ones it validates with.
 */
import { eventTypes } from '@ledgerline/events';
import { z } from 'zod';
import type { Operation } from './operation.ts';

const eventReferences = { oneOf: eventTypes.map((type) => ({ $ref: `#/components/schemas/${type}` })) };

const resultSchema = z
  .strictObject({
    index: z.int().optional().describe('In a batch or an upload: the event’s place, from 0.'),
    status: z.enum(['stored', 'duplicate', 'valid', 'failed']),
    source: z.string().optional(),
    id: z.string().optional(),
    subject: z.string().optional(),
    position: z.string().optional().describe('Names only the partition written: good for `minPosition`.'),
    recordedAt: z.iso.datetime().optional(),
    problem: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'WriteResult' });

const batchSchema = z
  .strictObject({ results: z.array(resultSchema), position: z.string().nullable() })
  .meta({ id: 'WriteResults' });

const answers = { 'application/json': z.union([resultSchema, batchSchema]) };
const flag = z.enum(['true', 'false']).optional();

export const writeOperation: Operation = {
  method: 'post',
  path: '/v1/events',
  id: 'appendEvents',
  tag: 'events',
  summary: 'Append one event, a batch, or a stream of lines',
  description:
    'Idempotent: an event of the same source and id is stored once, however often it is sent; with other content it is refused.',
  query: z.object({
    atomic: flag.meta({ description: 'Of a batch: whether one invalid event keeps all others out. Default `true`.' }),
    dryRun: flag.meta({
      description:
        'Answer as the write would, problems included, and store nothing: `valid` is what would be stored, with no position. Default `false`.',
    }),
  }),
  requestBody: {
    description: 'CloudEvents 1.0; `application/json` with `ce-*` headers is binary mode.',
    content: {
      'application/cloudevents+json': { jsonSchema: eventReferences },
      'application/json': { jsonSchema: eventReferences },
      'application/cloudevents-batch+json': {
        jsonSchema: { type: 'array', minItems: 1, maxItems: 1_000, items: eventReferences },
      },
      'application/x-ndjson': { jsonSchema: eventReferences },
    },
  },
  responses: {
    200: {
      description: 'All were stored before, or nothing was to be stored; of lines: a result a line.',
      content: { ...answers, 'application/x-ndjson': resultSchema },
    },
    201: {
      description: 'Stored, durably.',
      content: answers,
      headers: { Location: 'Of a single event: where to read it.' },
    },
    207: { description: 'The outcomes differ: a result for each event, in input order.', content: answers },
  },
  problems: [
    'unknown-parameter',
    'repeated-parameter',
    'invalid-parameter',
    'bad-header',
    'invalid-json',
    'not-an-event',
    'not-a-batch',
    'body-too-large',
    'event-too-large',
    'batch-too-long',
    'unsupported-media-type',
    'unsupported-encoding',
    'invalid-event',
    'empty-batch',
    'unknown-subject',
    'retracted-subject',
    'kind-mismatch',
    'replaces-cycle',
    'not-linked',
    'withheld',
    'id-reused',
    'version-conflict',
    'subject-exists',
    'log-unavailable',
    'overloaded',
    'stopping',
  ],
};
