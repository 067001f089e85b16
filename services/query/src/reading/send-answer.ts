/**
 * How every read answers: the position it was read at, a weak ETag over the body, 304 where the client has it already,
 * and compressed where the client takes that.
 */
import { hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { chooseEncoding, compress, compressStream } from './content-encoding.ts';

/** JSON text that PostgreSQL or the caller has written already: sent as it is. */
export class JsonText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** The same, encoded already. */
export class JsonBytes {
  readonly bytes: Buffer;
  /** Different wherever the bytes are. */
  readonly digest: string;
  constructor(bytes: Buffer, digest: string) {
    this.bytes = bytes;
    this.digest = digest;
  }
}

const jsonType = 'application/json; charset=utf-8';

/** @param body a JSON value, JsonText or JsonBytes; @param token the position read at */
export function sendAnswer(request: FastifyRequest, reply: FastifyReply, body: unknown, token: string): FastifyReply {
  if (body instanceof JsonBytes) {
    const { bytes, digest } = body;
    return sendBytes(request, reply, { bytes, digest, token, contentType: jsonType });
  }
  const text = body instanceof JsonText ? body.text : JSON.stringify(body);
  return sendText(request, reply, { text, token, contentType: jsonType });
}

type Answer = { readonly contentType: string; readonly token?: string };

/** The reply is sent once its body is compressed: return it from the handler. */
export function sendText(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer & { readonly text: string },
): FastifyReply {
  // Encoded once, for the hash and for the socket.
  const bytes = Buffer.from(answer.text);
  return sendBytes(request, reply, { ...answer, bytes, digest: bytes });
}

/** @param answer whose digest is different wherever its bytes are */
function sendBytes(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer & { readonly bytes: Buffer; readonly digest: string | Buffer },
): FastifyReply {
  const { bytes } = answer;
  // Weak: the same for all encodings of one body.
  const etag = `W/"${hash('sha1', answer.digest, 'base64url')}"`;
  if (answer.token !== undefined) reply.header('ledgerline-position', answer.token);
  reply.header('etag', etag);
  varyBy(reply, 'Accept-Encoding');
  if (isNamed(request.headers['if-none-match'], etag)) return reply.code(304).send();
  reply.type(answer.contentType);
  const encoding = encodingOf(request);
  if (encoding === null) return reply.send(bytes);
  void compress(bytes, encoding).then(
    (packed) => (packed === null ? reply.send(bytes) : reply.header('content-encoding', encoding).send(packed)),
    (error: unknown) => reply.send(error),
  );
  return reply;
}

/** For answers too long to be held in memory: with an ETag only where the caller knows one. */
export function sendStream(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: { readonly stream: Readable; readonly contentType: string; readonly token: string; readonly etag?: string },
): FastifyReply {
  const encoding = encodingOf(request);
  varyBy(reply, 'Accept-Encoding');
  reply.header('ledgerline-position', answer.token);
  if (answer.etag !== undefined) reply.header('etag', answer.etag);
  const isKnown = answer.etag !== undefined && isNamed(request.headers['if-none-match'], answer.etag);
  if (isKnown) answer.stream.destroy();
  if (isKnown) return reply.code(304).send();
  reply.type(answer.contentType);
  if (encoding !== null) reply.header('content-encoding', encoding);
  return reply.send(compressStream(answer.stream, encoding));
}

/** Adds to what others have said the answer varies by. */
export function varyBy(reply: FastifyReply, header: string): void {
  const known = reply.getHeader('vary');
  const names = known === undefined ? [] : String(known).split(', ');
  if (!names.includes(header)) reply.header('vary', [...names, header].join(', '));
}

function encodingOf(request: FastifyRequest): ReturnType<typeof chooseEncoding> {
  const accepted = request.headers['accept-encoding'];
  return chooseEncoding(Array.isArray(accepted) ? accepted.join() : accepted);
}

/** Weak comparison (RFC 9110, 13.1.2). */
function isNamed(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag.slice(2));
}
