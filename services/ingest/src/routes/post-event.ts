/** One event, structured or binary: 201, 200 for a duplicate or a dry run, or the problem. */
import { Problem, parseStrictJson, problem, readBody, STRICT_JSON_LIMITS, sendProblem } from '@ledgerline/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { admitEvent, MAX_EVENT_BYTES, onOneLine } from '../admission/admit-event.ts';
import type { Settled } from '../admission/event-result.ts';
import { readBinaryEvent } from '../modes/binary-event.ts';
import type { IngestContext } from './ingest-context.ts';
import { writeOptionsOf } from './write-options.ts';

export const MAX_EVENT_BODY_BYTES = 1024 * 1024;
/** In binary mode the body is one level down. */
const DATA_LIMITS = { ...STRICT_JSON_LIMITS, maxDepth: STRICT_JSON_LIMITS.maxDepth - 1 };

export async function postEvent(
  context: IngestContext,
  mode: 'structured' | 'binary',
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const body = await readBody(request.raw, { maxBytes: MAX_EVENT_BODY_BYTES, stallMs: context.bodyStallMs });
  if (body.length > MAX_EVENT_BYTES) throw tooLarge();
  const { dryRun } = writeOptionsOf(request);
  const { value, text } = mode === 'structured' ? readStructured(body) : readBinary(body, request);
  const admitted = admitEvent(value, text);
  if (!admitted.ok) return sendProblem(reply, admitted.problem);
  const append = dryRun ? context.rehearse() : context.append;
  const appended = await append([admitted.record], true);
  if (!appended.ok) return sendProblem(reply, appended.problem);
  return send(reply, appended.settled[0] as Settled);
}

function readStructured(body: Buffer): { value: unknown; text: string } {
  const json = parseStrictJson(body);
  if (!json.ok) throw problem('invalid-json', json.detail);
  if (typeof json.value !== 'object' || json.value === null || Array.isArray(json.value)) {
    throw problem('not-an-event', 'The body must be a JSON object: one event.');
  }
  return json;
}

function readBinary(body: Buffer, request: FastifyRequest): { value: unknown; text: string } {
  const json = parseStrictJson(body, DATA_LIMITS);
  if (!json.ok) throw problem('invalid-json', json.detail);
  const event = readBinaryEvent(request.headers, json.value, onOneLine(json.text, json.value));
  if (event instanceof Problem) throw event;
  if (Buffer.byteLength(event.text) > MAX_EVENT_BYTES) throw tooLarge();
  return event;
}

function send(reply: FastifyReply, settled: Settled): FastifyReply {
  if (!settled.ok) return sendProblem(reply, settled.problem);
  const { result } = settled;
  if (result.status === 'stored' || result.status === 'duplicate') {
    void reply.header('location', `/v1/events/${encodeURIComponent(result.source)}/${encodeURIComponent(result.id)}`);
  }
  return reply
    .code(result.status === 'stored' ? 201 : 200)
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify(result));
}

const tooLarge = () => problem('event-too-large', `An event is at most ${MAX_EVENT_BYTES} bytes of JSON.`);
