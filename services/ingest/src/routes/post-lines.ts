/**
 * An upload of events, one a line, answered line by line as it goes. What arrives while one group is being appended is
 * validated meanwhile and makes the next group; one append at a time keeps the order of each subject. Nothing is read
 * faster than answers are taken, so memory stays bounded whatever the length.
 *
 * A bad line fails alone. What ends the upload early (the log, a limit, a stop) is the last line's answer, and no line
 * after it has been stored.
 */
import { Readable } from 'node:stream';
import { Problem, parseStrictJson, problem } from '@ledgerline/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Admitted, admitEvent, MAX_EVENT_BYTES, type Refused } from '../admission/admit-event.ts';
import type { AppendEvents } from '../admission/append-events.ts';
import { type EventResult, failedResult, type Settled } from '../admission/event-result.ts';
import { type ArrivingBytes, arrivingBytes } from '../modes/arriving-bytes.ts';
import { type Line, LineSplitter } from '../modes/line-splitter.ts';
import { closeAfterAnswer } from './close-after-answer.ts';
import type { IngestContext } from './ingest-context.ts';
import { writeOptionsOf } from './write-options.ts';

const MAX_GROUP = 1_000;
/** What waits, what is being appended, and what is being answered. */
export const MAX_LINES_IN_MEMORY_BYTES = 4 * 1024 * 1024;

type Candidate = { readonly line: number; readonly admitted: Admitted | Refused };
type Upload = { readonly append: AppendEvents; readonly maxLines: number };

export async function postLines(
  context: IngestContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { dryRun } = writeOptionsOf(request);
  const maxBytes = context.maxUploadBytes;
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    throw problem('body-too-large', `An upload is at most ${maxBytes} bytes.`, { headers: { connection: 'close' } });
  }
  const bytes = arrivingBytes(request.raw, { maxBytes, stallMs: context.bodyStallMs });
  const stop = () =>
    bytes.stop(problem('stopping', 'The service is stopping: send this line and those after it again.'));
  context.stopping.addEventListener('abort', stop, { once: true });
  reply.raw.once('close', () => context.stopping.removeEventListener('abort', stop));
  if (context.stopping.aborted) stop();
  const groups = readGroups(bytes);
  // Before the first byte of the answer what is wrong with the upload can still be its status.
  const first = await groups.next();
  const upload: Upload = dryRun
    ? { append: context.rehearse(), maxLines: context.maxDryRunLines }
    : { append: context.append, maxLines: Number.POSITIVE_INFINITY };
  const answers = answerGroups(upload, first, groups, () => closeAfterAnswer(request.raw, reply.raw));
  return reply
    .code(200)
    .header('content-type', 'application/x-ndjson; charset=utf-8')
    .header('x-accel-buffering', 'no')
    .send(Readable.from(answers, { objectMode: false, highWaterMark: 1 }));
}

async function* answerGroups(
  { append, maxLines }: Upload,
  first: IteratorResult<Candidate[]>,
  groups: AsyncGenerator<Candidate[]>,
  endEarly: () => void,
): AsyncGenerator<string> {
  let index = 0;
  const toLine = (result: EventResult, line?: number) =>
    `${JSON.stringify({ index: index++, ...(line !== undefined && { line }), ...result })}\n`;
  for (let group = first; !group.done; ) {
    const next = settle(groups.next());
    const candidates = group.value;
    const records = candidates.flatMap(({ admitted }) => (admitted.ok ? [admitted.record] : []));
    const appended = records.length === 0 ? null : await append(records, false);
    let taken = 0;
    const results = candidates.map(({ admitted }): Settled => {
      if (!admitted.ok) return failedResult(admitted.problem, admitted.sent);
      if (!appended) throw new Error('a record was not appended');
      return appended.ok ? (appended.settled[taken++] as Settled) : failedResult(appended.problem, admitted.record);
    });
    yield results.map(({ result }, at) => toLine(result, candidates[at]?.line)).join('');
    if (appended && !appended.ok) {
      endEarly();
      return;
    }
    let settled = await next;
    if (settled.ok && !settled.group.done && index >= maxLines) settled = tooManyLines(maxLines);
    if (!settled.ok) {
      // The client that has gone reads nothing more.
      if (settled.problem.code !== 'incomplete-body') yield toLine(failedResult(settled.problem).result);
      endEarly();
      return;
    }
    group = settled.group;
  }
}

function tooManyLines(maxLines: number): Settlement {
  const detail = `A dry run takes at most ${maxLines} lines. Send the rest as another, which does not know of these.`;
  return { ok: false, problem: problem('body-too-large', detail) };
}

type Settlement = { ok: true; group: IteratorResult<Candidate[]> } | { ok: false; problem: Problem };

/** The next group is read while another is appended: its failure must wait its turn, not be unhandled. */
function settle(next: Promise<IteratorResult<Candidate[]>>): Promise<Settlement> {
  return next.then(
    (group) => ({ ok: true, group }),
    (error: unknown) => {
      if (error instanceof Problem) return { ok: false, problem: error };
      throw error;
    },
  );
}

/** Groups of at most MAX_GROUP lines; each holds all that had arrived, so a lone line is not kept waiting. */
async function* readGroups(bytes: ArrivingBytes): AsyncGenerator<Candidate[]> {
  const splitter = new LineSplitter(MAX_EVENT_BYTES);
  let group: Candidate[] = [];
  for (;;) {
    const chunks = await bytes.take();
    const lines = chunks === null ? splitter.end() : splitAll(splitter, chunks);
    for (const line of lines) {
      group.push(toCandidate(line));
      if (group.length < MAX_GROUP) continue;
      yield group;
      group = [];
    }
    if (group.length > 0) yield group;
    group = [];
    if (chunks === null) return;
  }
}

function* splitAll(splitter: LineSplitter, chunks: readonly Buffer[]): Generator<Line> {
  for (const chunk of chunks) yield* splitter.split(chunk);
}

function toCandidate({ number, bytes }: Line): Candidate {
  return { line: number, admitted: bytes === null ? tooLarge() : admitLine(bytes) };
}

function admitLine(bytes: Buffer): Admitted | Refused {
  const json = parseStrictJson(bytes);
  if (!json.ok) return { ok: false, problem: problem('invalid-json', json.detail) };
  if (typeof json.value !== 'object' || json.value === null || Array.isArray(json.value)) {
    return { ok: false, problem: problem('not-an-event', 'A line must be a JSON object: one event.') };
  }
  return admitEvent(json.value, json.text);
}

const tooLarge = (): Refused => ({
  ok: false,
  problem: problem('event-too-large', `An event is at most ${MAX_EVENT_BYTES} bytes of JSON.`),
});
