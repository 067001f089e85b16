/**
 * What can go wrong, told apart by `code`: the server's own problem codes, and a few of the client's. Nothing else is
 * thrown by this package, save an abort's own reason.
 */
import type { EventInput } from '@ledgerline/events';

/** What is wrong with one field or parameter. */
export type ProblemField = {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly message: string;
  readonly code: string;
};

/** RFC 9457, as the server writes it. `code` is one of those of `/problems`. */
export type ProblemDocument = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly errors?: readonly ProblemField[];
  readonly [member: string]: unknown;
};

export abstract class LedgerlineError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The server refused, or failed. */
export class ProblemError extends LedgerlineError {
  readonly code: string;
  readonly status: number;
  readonly document: ProblemDocument;
  /** Every field at fault; empty where the problem is not about fields. */
  readonly errors: readonly ProblemField[];

  constructor(document: ProblemDocument) {
    super(document.detail ?? document.title);
    this.code = document.code;
    this.status = document.status;
    this.document = document;
    this.errors = document.errors ?? [];
  }
}

/** No answer, or not a whole one: nothing is known of what became of the request. */
export class ConnectionError extends LedgerlineError {
  readonly code: 'connection-failed' | 'timed-out';

  constructor(code: 'connection-failed' | 'timed-out', message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Something answered that does not speak this interface: a proxy, another server, another version. */
export class UnexpectedAnswerError extends LedgerlineError {
  readonly code = 'unexpected-answer';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * The events may or may not be stored: every retry was in vain. Appending the very same events again is safe at any
 * later time; what was stored is then a duplicate.
 */
export class UnknownOutcomeError extends LedgerlineError {
  readonly code = 'unknown-outcome';
  readonly events: readonly EventInput[];

  constructor(events: readonly EventInput[], cause: unknown) {
    super('the outcome is unknown: append the same events again', { cause });
    this.events = events;
  }
}
