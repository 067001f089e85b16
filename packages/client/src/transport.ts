/**
 * One request with its retries. Only 429, 503 and a failed connection are tried again; each attempt has a deadline. A
 * body that is read whole belongs to the attempt; one that is streamed is the caller's, and closing it closes the socket.
 */
import {
  ConnectionError,
  LedgerlineError,
  type ProblemDocument,
  ProblemError,
  UnexpectedAnswerError,
} from './errors.ts';
import { pause, retryDelayMs } from './retry-delay.ts';

export type ClientOptions = {
  /** Of the query service, or of everything in one process: `http://127.0.0.1:8080`. */
  readonly url: string | URL;
  /** Where to write, if elsewhere: `http://127.0.0.1:8081`. */
  readonly ingestUrl?: string | URL;
  /** Sent as a bearer token. */
  readonly key?: string;
  /** Instead of the global one. */
  readonly fetch?: typeof globalThis.fetch;
  /** Ends whatever is under way. */
  readonly signal?: AbortSignal;
  /** Of one attempt, until the whole answer is there; 30 s by default. Streams have a watchdog instead. */
  readonly timeoutMs?: number;
  /** After the first attempt; 4 by default. */
  readonly retries?: number;
};

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export type RequestSpec = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
  /** Instead of `retries` of the options. */
  readonly retries?: number;
  /** Told of every attempt that failed, the last one included. */
  readonly onFailure?: (error: LedgerlineError) => void;
};

export type Answer = { readonly status: number; readonly headers: Headers; readonly text: string };

/** `close` ends the connection at once; safe to call twice. */
export type StreamedAnswer = { readonly headers: Headers; readonly body: ReadableStream<Uint8Array>; close(): void };

export type Transport = {
  /** @throws ProblemError, ConnectionError, UnexpectedAnswerError, or the reason of an abort */
  request(spec: RequestSpec): Promise<Answer>;
  /** The same, as soon as the head of the answer is there. */
  open(spec: RequestSpec): Promise<StreamedAnswer>;
};

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_RETRIES = 4;

export function createTransport(options: ClientOptions): Transport {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, retries = DEFAULT_RETRIES, key } = options;
  const fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
  const bases = { GET: String(options.url), POST: String(options.ingestUrl ?? options.url) };

  const attempt = async <T>(spec: RequestSpec, take: (response: Response, close: () => void) => Promise<T>) => {
    const closing = new AbortController();
    const signal = anyOf([closing.signal, options.signal, spec.signal]);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      closing.abort(new Error(`no whole answer in ${timeoutMs} ms`));
    }, timeoutMs);
    try {
      const response = await fetch(urlOf(bases[spec.method], spec), {
        method: spec.method,
        headers: { ...(key !== undefined && { authorization: `Bearer ${key}` }), ...spec.headers },
        ...(spec.body !== undefined && { body: spec.body }),
        signal,
      });
      if (!response.ok) throw toError(response.status, response.headers, await response.text());
      return await take(response, () => closing.abort(new Error('closed')));
    } catch (error) {
      options.signal?.throwIfAborted();
      spec.signal?.throwIfAborted();
      if (error instanceof LedgerlineError || error instanceof Refused) throw error;
      const code = timedOut ? 'timed-out' : 'connection-failed';
      throw new ConnectionError(code, `${spec.method} ${spec.path}: ${reasonOf(error)}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  };

  const withRetries = async <T>(spec: RequestSpec, take: (response: Response, close: () => void) => Promise<T>) => {
    const most = spec.retries ?? retries;
    for (let failed = 0; ; failed += 1) {
      try {
        return await attempt(spec, take);
      } catch (error) {
        const refused = error instanceof Refused ? error : null;
        if (refused || error instanceof LedgerlineError) spec.onFailure?.(refused?.error ?? (error as LedgerlineError));
        const passing = refused ? refused.status === 429 || refused.status === 503 : error instanceof ConnectionError;
        if (!passing || failed >= most) throw refused?.error ?? error;
        const signal = anyOf([options.signal, spec.signal]);
        await pause(retryDelayMs(failed, refused?.retryAfter ?? null), signal);
      }
    }
  };

  return {
    request: (spec) =>
      withRetries(spec, async (response) => {
        const { status, headers } = response;
        return { status, headers, text: await response.text() };
      }),
    open: (spec) =>
      withRetries(spec, (response, close) => {
        const { headers, body, status } = response;
        if (body === null) throw new UnexpectedAnswerError(status, 'the answer has no body');
        return Promise.resolve({ headers, body, close });
      }),
  };
}

/** An answer that is no success, with what is needed to try again. */
class Refused extends Error {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly error: LedgerlineError;

  constructor(status: number, retryAfter: string | null, error: LedgerlineError) {
    super(error.message);
    this.status = status;
    this.retryAfter = retryAfter;
    this.error = error;
  }
}

function toError(status: number, headers: Headers, text: string): Refused {
  const document = /[/+]json\b/.test(headers.get('content-type') ?? '') ? parseDocument(text) : null;
  const error = document
    ? new ProblemError(document)
    : new UnexpectedAnswerError(status, `status ${status} without a problem document`);
  return new Refused(status, headers.get('retry-after'), error);
}

function parseDocument(text: string): ProblemDocument | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'code' in value ? (value as ProblemDocument) : null;
  } catch {
    return null;
  }
}

function urlOf(base: string, { path, query = {} }: RequestSpec): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  const search = parameters.size > 0 ? `?${parameters.toString()}` : '';
  return `${base.replace(/\/+$/, '')}${path}${search}`;
}

function anyOf(signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  return AbortSignal.any(signals.filter((signal) => signal !== undefined));
}

/** fetch hides what happened in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
