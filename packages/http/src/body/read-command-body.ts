/**
 * The body of a request that tells us to do something and may have nothing more to say: JSON, or none at all. A page of
 * another origin can post nothing without asking first but what has no JSON content type: a form's is refused though it
 * is empty, and from a browser we want JSON said.
 */
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { readMediaType } from './media-type.ts';
import { readJsonBody } from './read-json-body.ts';

/** Without a body: what the schema makes of `{}`. Rejects as `readJsonBody` does. */
export async function readCommandBody<S extends z.ZodType>(request: FastifyRequest, schema: S): Promise<z.output<S>> {
  const { headers } = request;
  const isEmpty = headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
  const isJsonOrNothing = headers['content-type'] === undefined || readMediaType(headers) === 'application/json';
  if (!isEmpty || !isJsonOrNothing || headers.origin !== undefined) return await readJsonBody(request, schema);
  const parsed = schema.safeParse({});
  // Said as of a body that was sent: 415, as there is none.
  return parsed.success ? parsed.data : await readJsonBody(request, schema);
}
