/** The write side of the HTTP interface: `POST /v1/events`. Knows the log by its port only. */
import { createHash } from 'node:crypto';
import { createSubjectRule, type LedgerSubjectRule } from '@ledgerline/events';
import { BODY_STALL_MS, Problem, sendProblem, stoppingSignal } from '@ledgerline/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createAppendEvents, createRehearseEvents, type IngestLog } from './admission/append-events.ts';
import { createBodyBudget } from './admission/body-budget.ts';
import { type BodyMode, bodyModeOf } from './modes/body-mode.ts';
import type { IngestContext } from './routes/ingest-context.ts';
import { MAX_BATCH_BYTES, postBatch } from './routes/post-batch.ts';
import { MAX_EVENT_BODY_BYTES, postEvent } from './routes/post-event.ts';
import { MAX_LINES_IN_MEMORY_BYTES, postLines } from './routes/post-lines.ts';

export { admitEvent, type EventRecord } from './admission/admit-event.ts';
export type { IngestLog } from './admission/append-events.ts';
export { awaitTopic } from './await-topic.ts';
export { writeQuerySchema } from './routes/write-options.ts';

export type IngestOptions = {
  /** Opened with `ledgerSubjectRule`. Belongs to the caller. */
  readonly log: IngestLog;
  /** Of an upload of lines; 1 GiB by default. */
  readonly maxUploadBytes?: number;
  /** Of an upload of lines that is only tried; 50,000 by default. */
  readonly maxDryRunLines?: number;
  /** After it a client is told that the outcome is unknown; 10 s by default. */
  readonly appendDeadlineMs?: number;
  /** How long a body may stand still; 30 s by default. */
  readonly bodyStallMs?: number;
};

type Post = {
  /** The most that one such request holds in memory. */
  readonly maxBytes: number;
  readonly answer: (context: IngestContext, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;
};

const posts: Readonly<Record<BodyMode, Post>> = {
  structured: {
    maxBytes: MAX_EVENT_BODY_BYTES,
    answer: (context, request, reply) => postEvent(context, 'structured', request, reply),
  },
  binary: {
    maxBytes: MAX_EVENT_BODY_BYTES,
    answer: (context, request, reply) => postEvent(context, 'binary', request, reply),
  },
  batch: { maxBytes: MAX_BATCH_BYTES, answer: postBatch },
  lines: { maxBytes: MAX_LINES_IN_MEMORY_BYTES, answer: postLines },
};

const MAX_UPLOAD_BYTES = 1024 * 1024 * 1024;
const MAX_DRY_RUN_LINES = 50_000;
const APPEND_DEADLINE_MS = 10_000;

/** The rule that every log with a writer is opened with: events and subjects of this system. */
export const ledgerSubjectRule: LedgerSubjectRule = createSubjectRule((text) =>
  createHash('sha256').update(text).digest('base64url'),
);

/** @param app of `createHttpServer` */
export function registerIngest(app: FastifyInstance, options: IngestOptions): void {
  const deadlineMs = options.appendDeadlineMs ?? APPEND_DEADLINE_MS;
  const context: IngestContext = {
    append: createAppendEvents(options.log, deadlineMs),
    rehearse: createRehearseEvents(options.log, deadlineMs),
    bodyStallMs: options.bodyStallMs ?? BODY_STALL_MS,
    maxUploadBytes: options.maxUploadBytes ?? MAX_UPLOAD_BYTES,
    maxDryRunLines: options.maxDryRunLines ?? MAX_DRY_RUN_LINES,
    stopping: stoppingSignal(app),
  };
  const budget = createBodyBudget();
  app.post('/v1/events', { config: { scope: 'write' } }, async (request, reply) => {
    const mode = bodyModeOf(request.headers);
    if (mode instanceof Problem) return sendProblem(reply, mode);
    const { maxBytes, answer } = posts[mode];
    const outcome = await budget.spend(request.raw, maxBytes, () => answer(context, request, reply));
    return outcome instanceof Problem ? sendProblem(reply, outcome) : outcome;
  });
}
