/**
 * A JSON array of events. Validation is all or nothing unless `atomic=false`; outcomes are each event's own: where all
 * are alike they give the status, where they differ it is 207.
 */
import {
  type Problem,
  type ProblemField,
  parseStrictJson,
  problem,
  problemCatalogue,
  readBody,
  STRICT_JSON_LIMITS,
  sendProblem,
} from '@ledgerline/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Admitted, admitEvent, MAX_EVENT_BYTES, type Refused } from '../admission/admit-event.ts';
import { failedResult, positionOf, type Settled } from '../admission/event-result.ts';
import type { IngestContext } from './ingest-context.ts';
import { writeOptionsOf } from './write-options.ts';

export const MAX_BATCH_BYTES = 8 * 1024 * 1024;
const MAX_EVENTS = 1_000;
const BATCH_LIMITS = { ...STRICT_JSON_LIMITS, elements: true };

export async function postBatch(
  context: IngestContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const body = await readBody(request.raw, { maxBytes: MAX_BATCH_BYTES, stallMs: context.bodyStallMs });
  const { atomic, dryRun } = writeOptionsOf(request);
  const candidates = readBatch(body, atomic);
  const refused = candidates.filter((candidate) => !candidate.ok);
  if (atomic && refused.length > 0) return sendProblem(reply, invalidBatch(candidates));
  const admitted = candidates.filter((candidate) => candidate.ok);
  const records = admitted.map(({ record }) => record);
  if (records.length === 0) return sendResults(reply, inOrder(candidates, []), null, atomic);
  const append = dryRun ? context.rehearse() : context.append;
  const appended = await append(records, atomic);
  if (!appended.ok) return sendProblem(reply, appended.problem);
  const settled = inOrder(candidates, appended.settled);
  const broken = atomic && settled.some((one) => !one.ok && one.problem.code === 'withheld');
  if (broken || (atomic && settled.every(isInvalid))) return sendProblem(reply, refusedBatch(settled));
  const stored = appended.settled.flatMap((one) => (one.ok && one.stored ? [one.stored] : []));
  return sendResults(reply, settled, stored.length > 0 ? positionOf(appended.log, stored) : null, atomic);
}

/** @throws Problem 400, 413, 422 for what is wrong with the batch as a whole */
function readBatch(body: Buffer, atomic: boolean): (Admitted | Refused)[] {
  const json = parseStrictJson(body, BATCH_LIMITS);
  if (!json.ok) throw problem('invalid-json', json.detail);
  const { value, elements } = json;
  if (!Array.isArray(value)) throw problem('not-a-batch', 'The body must be a JSON array of events.');
  if (value.length > MAX_EVENTS) throw problem('batch-too-long', `A batch has at most ${MAX_EVENTS} events.`);
  if (value.length === 0) throw problem('empty-batch', 'A batch has at least one event.');
  const large = elements.flatMap(({ start, end }, index) => (end - start > MAX_EVENT_BYTES ? [index] : []));
  if (atomic && large.length > 0) throw tooLarge(large);
  return elements.map(({ start, end }, index) =>
    end - start > MAX_EVENT_BYTES
      ? { ok: false, problem: eventTooLarge(), sent: value[index] as unknown }
      : admitEvent(value[index], body.toString('utf8', start, end)),
  );
}

/** Of one event, where each has a result of its own. */
const eventTooLarge = () => problem('event-too-large', `An event is at most ${MAX_EVENT_BYTES} bytes of JSON.`);

const tooLarge = (indexes: readonly number[]) =>
  problem('event-too-large', `An event is at most ${MAX_EVENT_BYTES} bytes of JSON.`, {
    errors: indexes.map((index) => ({ pointer: `/${index}`, message: 'is too large', code: 'event-too-large' })),
  });

/** The results of what was admitted, with those refused before in their places. */
function inOrder(candidates: readonly (Admitted | Refused)[], settled: readonly Settled[]): Settled[] {
  let next = 0;
  return candidates.map((candidate) =>
    candidate.ok ? (settled[next++] as Settled) : failedResult(candidate.problem, candidate.sent),
  );
}

function invalidBatch(candidates: readonly (Admitted | Refused)[]): Problem {
  const errors = candidates.flatMap((candidate, index) =>
    candidate.ok ? [] : (candidate.problem.extra.errors ?? []).map((error) => within(index, error)),
  );
  return problem('invalid-event', `Nothing was stored. Errors: ${errors.length}.`, { errors });
}

/** Refused by the log for what the subjects had been through: the code of the first, every cause in `errors`. */
function refusedBatch(settled: readonly Settled[]): Problem {
  const errors: ProblemField[] = [];
  let first: Problem | null = null;
  for (const [index, one] of settled.entries()) {
    if (!isInvalid(one) || one.problem.code === 'withheld') continue;
    first ??= one.problem;
    for (const error of one.problem.extra.errors ?? []) errors.push(within(index, error));
  }
  return problem(first?.code ?? 'invalid-event', `Nothing was stored. ${first?.detail ?? ''}`.trim(), { errors });
}

const within = (index: number, error: ProblemField): ProblemField => ({
  ...error,
  pointer: `/${index}${error.pointer ?? ''}`,
});

function isInvalid(settled: Settled): settled is Settled & { ok: false } {
  return !settled.ok && problemCatalogue[settled.problem.code].status === 422;
}

function sendResults(
  reply: FastifyReply,
  settled: readonly Settled[],
  position: string | null,
  atomic: boolean,
): FastifyReply {
  const results = settled.map(({ result }, index) => ({ index, ...result }));
  const kinds = new Set(settled.map((one) => (one.ok ? one.result.status : one.problem.code)));
  const [first] = settled;
  if (kinds.size === 1 && first && !first.ok && atomic) {
    const { code, detail } = first.problem;
    return sendProblem(reply, problem(code, detail, { members: { results, position } }));
  }
  const status = kinds.size > 1 || !first?.ok ? 207 : first.result.status === 'stored' ? 201 : 200;
  return reply
    .code(status)
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify({ results, position }));
}
