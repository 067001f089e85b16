/** The query of `POST /v1/events`. */
import { parseQuery } from '@ledgerline/http';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

const flag = z.enum(['true', 'false'], 'must be true or false').transform((value) => value === 'true');

export const writeQuerySchema = z.object({
  atomic: flag
    .default(true)
    .describe('Of a batch: whether one invalid event keeps all others from being stored. Lines stand alone always.'),
  dryRun: flag.default(false).describe('Answers as the write would, and stores nothing.'),
});

export type WriteOptions = z.output<typeof writeQuerySchema>;

const DEFAULTS: WriteOptions = { atomic: true, dryRun: false };

/** @throws Problem 400 naming each bad parameter */
export function writeOptionsOf(request: FastifyRequest): WriteOptions {
  return request.raw.url?.includes('?') ? parseQuery(writeQuerySchema, request) : DEFAULTS;
}
