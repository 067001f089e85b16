/** What the document says of the routes that deal with parked records. */
import { viewNames } from '@ledgerline/projection';
import { z } from 'zod';
import { pageParameters } from '../reading/page.ts';
import { plainListOf } from '../reading/plain-page.ts';
import { parkedItemSchema, parkedRecordSchema, parkReasons } from '../shapes/parked.ts';
import type { Operation } from './operation.ts';

export const parkedPath = '/v1/admin/parked';
const maxReasonLength = 500;

export const noParameters = z.object({});
export const parkedQuery = z.object({
  view: z
    .enum(viewNames as [string, ...string[]])
    .optional()
    .meta({ description: 'Of this view only.' }),
  state: z
    .enum(['parked', 'discarded'])
    .optional()
    .meta({ description: '`parked` (default), or those that were given up: `discarded`.' }),
  subject: z.string().min(1).optional().meta({ description: 'Of this subject only.' }),
  reason: z.enum(parkReasons).optional().meta({ description: 'Set aside for this reason only.' }),
  ...pageParameters,
});
export const retryBody = z.strictObject({});
export const discardBody = z.strictObject({
  reason: z.string().trim().min(1).max(maxReasonLength).describe('Why it may be left out, kept for audit.'),
});

export const parkedSchema = plainListOf(parkedItemSchema).meta({ id: 'Parked' });

/** What a request on a record answers with. */
export const parkedOutcomeSchema = z
  .strictObject({
    id: z.int(),
    outcome: z
      .enum(['requested', 'applied', 'parked', 'discarded'])
      .describe('`requested`: not done yet. `applied`: it is in the view. `parked`: tried again, and it failed again.'),
    record: parkedItemSchema.nullable().describe('As it is now; null once it is applied.'),
  })
  .meta({ id: 'ParkedOutcome' });

const operating = { tag: 'operating' } as const;
const byId = { id: 'The `id` of the record.' };
const json = (description: string, schema: z.ZodType) => ({ description, content: { 'application/json': schema } });
const outcomes = {
  200: json('Done, within the time that `Prefer: wait` gave.', parkedOutcomeSchema),
  202: {
    ...json('Asked of the projector.', parkedOutcomeSchema),
    headers: { Location: 'Where to look what became of it.' },
  },
};
const waiting = { Prefer: '`wait=N`: wait up to N seconds (30 at most) until it is done.' };

export const parkedOperations = {
  list: {
    ...operating,
    method: 'get',
    path: parkedPath,
    id: 'listParked',
    summary: 'Events that a view could not apply, and those of the same subject that wait behind them',
    query: parkedQuery,
    responses: { 200: json('In the order they were set aside.', parkedSchema) },
    problems: ['unknown-parameter', 'repeated-parameter', 'invalid-parameter', 'bad-cursor'],
  },
  read: {
    ...operating,
    method: 'get',
    path: `${parkedPath}/{id}`,
    id: 'getParked',
    summary: 'One of them, with its bytes',
    pathParameters: byId,
    query: noParameters,
    responses: { 200: json('Parked still, or discarded.', parkedRecordSchema) },
    problems: ['unknown-parameter', 'unknown-parked-event'],
  },
  retry: {
    ...operating,
    method: 'post',
    path: `${parkedPath}/{id}/retry`,
    id: 'retryParked',
    summary: 'Tries it again, and those of its subject in order',
    description: 'What fails again stays parked with its new reason, and those behind it wait on.',
    pathParameters: byId,
    query: noParameters,
    requestHeaders: waiting,
    requestBody: { description: 'None, or `{}`.', content: { 'application/json': retryBody } },
    responses: outcomes,
    problems: ['unknown-parked-event', 'unsupported-media-type', 'invalid-body'],
  },
  discard: {
    ...operating,
    method: 'post',
    path: `${parkedPath}/{id}/discard`,
    id: 'discardParked',
    summary: 'Gives it up for this view: those of its subject that waited behind it are applied',
    description: 'It stays in the log, and in the list under `state=discarded`. Rebuilds of the view leave it out too.',
    pathParameters: byId,
    query: noParameters,
    requestHeaders: waiting,
    requestBody: { description: 'Why.', content: { 'application/json': discardBody } },
    responses: outcomes,
    problems: ['unknown-parked-event', 'unsupported-media-type', 'invalid-json', 'invalid-body'],
  },
} as const satisfies Record<string, Operation>;
