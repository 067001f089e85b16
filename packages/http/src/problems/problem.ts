/**
 * RFC 9457 problems. One is thrown to end a request, or written into an answer that has several.
 * Nothing of the inside goes into one: `detail` is written for the client, faults are logged instead.
 */
import type { FastifyReply } from 'fastify';
import { type ProblemCode, problemCatalogue } from './problem-catalogue.ts';
import { problemDetails } from './problem-details.ts';

/** What is wrong with one field; `pointer` is a JSON pointer into the request's body, `parameter` a query parameter. */
export type ProblemField = {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly message: string;
  readonly code: string;
};

export type ProblemExtra = {
  readonly errors?: readonly ProblemField[];
  /** Seconds; 503 and 429 have one in any case. */
  readonly retryAfter?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Extension members of the document, e.g. `expected` and `actual`. */
  readonly members?: Readonly<Record<string, unknown>>;
};

export type ProblemDocument = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance?: string;
  readonly code: ProblemCode;
  readonly errors?: readonly ProblemField[];
  readonly [member: string]: unknown;
};

export const PROBLEM_TYPE = 'application/problem+json';
const DEFAULT_RETRY_AFTER_S = 2;

export class Problem extends Error {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly extra: ProblemExtra;

  constructor(code: ProblemCode, detail: string | undefined, extra: ProblemExtra) {
    super(detail ?? problemDetails[code]);
    this.name = 'Problem';
    this.code = code;
    this.detail = this.message;
    this.extra = extra;
  }

  get status(): number {
    return problemCatalogue[this.code].status;
  }

  get headers(): Record<string, string> {
    const retryAfter = this.extra.retryAfter ?? DEFAULT_RETRY_AFTER_S;
    return {
      ...(this.status === 503 || this.status === 429 ? { 'retry-after': String(retryAfter) } : {}),
      ...this.extra.headers,
    };
  }

  /** @param instance the path of the request */
  toDocument(instance?: string): ProblemDocument {
    const { status, title } = problemCatalogue[this.code];
    return {
      type: `/problems/${this.code}`,
      title,
      status,
      detail: this.detail,
      ...(instance !== undefined && { instance }),
      code: this.code,
      ...this.extra.members,
      ...(this.extra.errors && { errors: this.extra.errors }),
    };
  }
}

/** An error to throw, or to send with `sendProblem`. `detail` is for the client's eyes. */
export function problem(code: ProblemCode, detail?: string, extra: ProblemExtra = {}): Problem {
  return new Problem(code, detail, extra);
}

/** Answers with the problem; for handlers that hold one as a value. */
export function sendProblem(reply: FastifyReply, refusal: Problem): FastifyReply {
  return reply
    .code(refusal.status)
    .headers(refusal.headers)
    .type(PROBLEM_TYPE)
    .send(JSON.stringify(refusal.toDocument(pathOf(reply.request.raw.url))));
}

function pathOf(url: string | undefined): string {
  return (url ?? '/').split('?', 1)[0] ?? '/';
}
