/**
 * How every read answers: the position it was read at, a weak ETag over the body, 304 where the client has it already.
 */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** JSON text that PostgreSQL or the caller has written already: sent as it is. */
export class JsonText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** @param body a JSON value or JsonText; @param token the position read at */
export function sendAnswer(request: FastifyRequest, reply: FastifyReply, body: unknown, token: string): FastifyReply {
  const text = body instanceof JsonText ? body.text : JSON.stringify(body);
  return sendText(request, reply, { text, token, contentType: 'application/json; charset=utf-8' });
}

export function sendText(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: { readonly text: string; readonly contentType: string; readonly token?: string },
): FastifyReply {
  const etag = `W/"${createHash('sha1').update(answer.text).digest('base64url')}"`;
  if (answer.token !== undefined) reply.header('ledgerline-position', answer.token);
  reply.header('etag', etag);
  if (isNamed(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return reply.type(answer.contentType).send(answer.text);
}

/** Weak comparison (RFC 9110, 13.1.2). */
function isNamed(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag.slice(2));
}
