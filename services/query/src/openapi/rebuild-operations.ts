/** What the document says of rebuilds, rollbacks and verifications. */
import { z } from 'zod';
import { pageParameters } from '../reading/page.ts';
import {
  promoteBody,
  rebuildBody,
  rebuildSchema,
  rebuildsSchema,
  verificationSchema,
  verifyBody,
} from '../shapes/job.ts';
import type { Operation } from './operation.ts';

export const rebuildsPath = '/v1/admin/rebuilds';
export const verificationsPath = '/v1/admin/verifications';

export const noParameters = z.object({});
export const rebuildsQuery = z.object(pageParameters);
export const rollbackSchema = z
  .strictObject({ view: z.string(), generation: z.int().describe('The one that is live again.') })
  .meta({ id: 'RolledBack' });

const operating = { tag: 'operating', query: noParameters } as const;
const byId = { id: 'The `id` of the rebuild.' };
const byView = { view: '`journal`, `timeline` or `statistics`.' };
const json = (description: string, schema: z.ZodType) => ({ description, content: { 'application/json': schema } });
const where = { Location: 'Where to look how far it is.' };
const commanded = [
  'unknown-parameter',
  'unsupported-media-type',
  'body-too-large',
  'invalid-json',
  'invalid-body',
  'view-behind',
] as const;
const waiting = { Prefer: '`wait=N`: wait up to N seconds (30 at most) until it is done.' };

export const rebuildOperations = {
  start: {
    ...operating,
    method: 'post',
    path: '/v1/admin/views/{view}/rebuilds',
    id: 'startRebuild',
    summary: 'Rebuild a view from the log beside the live one',
    pathParameters: byView,
    requestBody: { description: 'May be left out.', content: { 'application/json': rebuildBody } },
    responses: { 202: { ...json('Asked of the projector.', rebuildSchema), headers: where } },
    problems: [...commanded, 'unknown-view', 'rebuild-running'],
  },
  list: {
    ...operating,
    method: 'get',
    path: rebuildsPath,
    id: 'listRebuilds',
    summary: 'The rebuilds there were, newest first',
    query: rebuildsQuery,
    responses: { 200: json('With those under way.', rebuildsSchema) },
    problems: ['unknown-parameter', 'repeated-parameter', 'invalid-parameter', 'bad-cursor'],
  },
  read: {
    ...operating,
    method: 'get',
    path: `${rebuildsPath}/{id}`,
    id: 'getRebuild',
    summary: 'How far a rebuild is, and what it found',
    description: 'With `Accept: text/event-stream` a frame at every change, until it is over.',
    pathParameters: byId,
    responses: {
      200: {
        description: 'As it is now; or as it goes on.',
        content: { 'application/json': rebuildSchema, 'text/event-stream': rebuildSchema },
      },
    },
    problems: ['unknown-parameter', 'unknown-rebuild'],
  },
  promote: {
    ...operating,
    method: 'post',
    path: `${rebuildsPath}/{id}/promote`,
    id: 'promoteRebuild',
    summary: 'Make a rebuild that is ready the live one',
    pathParameters: byId,
    requestHeaders: waiting,
    requestBody: { description: 'May be left out.', content: { 'application/json': promoteBody } },
    responses: {
      200: json('It is live.', rebuildSchema),
      202: { ...json('Asked of the projector.', rebuildSchema), headers: where },
    },
    problems: [...commanded, 'unknown-rebuild', 'rebuild-not-ready'],
  },
  cancel: {
    ...operating,
    method: 'post',
    path: `${rebuildsPath}/{id}/cancel`,
    id: 'cancelRebuild',
    summary: 'Give a rebuild up; what it has built is dropped',
    pathParameters: byId,
    responses: { 200: json('It is cancelled.', rebuildSchema) },
    problems: [...commanded, 'unknown-rebuild', 'rebuild-not-ready'],
  },
  rollback: {
    ...operating,
    method: 'post',
    path: '/v1/admin/views/{view}/rollback',
    id: 'rollBackView',
    summary: 'Go back to the generation that was live before',
    description: 'It has been kept in step with the log, so that nothing is lost; what was live is kept in its place.',
    pathParameters: byView,
    responses: { 200: json('It is live again.', rollbackSchema) },
    problems: [...commanded, 'unknown-view', 'no-earlier-generation'],
  },
  verify: {
    ...operating,
    method: 'post',
    path: '/v1/admin/verify',
    id: 'verifyViews',
    summary: 'Compare the views with the log, row by row',
    description:
      'The log is folded anew beside each view, and checked besides record by record; the live view is not held up. An answer takes ten seconds at most, unless `Prefer: wait` says otherwise.',
    requestHeaders: waiting,
    requestBody: { description: 'May be left out.', content: { 'application/json': verifyBody } },
    responses: {
      200: json('Verified.', verificationSchema),
      202: { ...json('Under way.', verificationSchema), headers: where },
    },
    problems: [...commanded],
  },
  verification: {
    ...operating,
    method: 'get',
    path: `${verificationsPath}/{id}`,
    id: 'getVerification',
    summary: 'What a verification found',
    pathParameters: { id: 'The `id` of the verification.' },
    responses: { 200: json('As it is now.', verificationSchema) },
    problems: ['unknown-parameter', 'unknown-rebuild'],
  },
} as const satisfies Record<string, Operation>;
