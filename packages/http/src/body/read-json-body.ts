/** A small JSON body for routes other than event writing: content type, size, strict JSON and schema, in that order. */
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Problem, problem } from '../problems/problem.ts';
import { readMediaType } from './media-type.ts';
import { readBody } from './read-body.ts';
import { parseStrictJson } from './strict-json.ts';

const MAX_BYTES = 64 * 1024;

/** Rejects with a Problem: 415, 413, 400 `invalid-json`, or 422 `invalid-body` with every error and its pointer. */
export async function readJsonBody<S extends z.ZodType>(request: FastifyRequest, schema: S): Promise<z.output<S>> {
  const mediaType = readMediaType(request.headers);
  if (mediaType instanceof Problem) throw mediaType;
  if (mediaType !== 'application/json') {
    throw problem('unsupported-media-type', `application/json is taken here, not ${mediaType}.`);
  }
  const json = parseStrictJson(await readBody(request.raw, { maxBytes: MAX_BYTES }));
  if (!json.ok) throw problem('invalid-json', json.detail);
  const parsed = schema.safeParse(json.value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({
    pointer: issue.path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    message: issue.message,
    code: issue.code,
  }));
  throw problem('invalid-body', undefined, { errors });
}
