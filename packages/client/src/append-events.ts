/** Writing. An event's `source` and `id` make every retry safe: the same events are sent until the outcome is known. */
import type { EventInput } from '@ledgerline/events';
import {
  ConnectionError,
  LedgerlineError,
  ProblemError,
  UnexpectedAnswerError,
  UnknownOutcomeError,
} from './errors.ts';
import { readJson } from './pages.ts';
import type { WriteResult } from './shapes.ts';
import type { Transport } from './transport.ts';

export type AppendOptions = {
  /** Validates and stores nothing. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
};

export type BatchOptions = AppendOptions & {
  /** false: an invalid event does not keep the others out; its result says why. True by default. */
  readonly atomic?: boolean;
};

export type BatchResult = { readonly results: readonly WriteResult[]; readonly position: string | null };

/** @throws ProblemError where it is refused, UnknownOutcomeError where nobody can say */
export async function appendEvent(
  transport: Transport,
  event: EventInput,
  { dryRun, signal }: AppendOptions = {},
): Promise<WriteResult> {
  const query = { dryRun };
  return await post(transport, [event], {
    type: 'application/cloudevents+json',
    body: JSON.stringify(event),
    query,
    signal,
  });
}

/** @param events 1–1,000; results in input order */
export async function appendBatch(
  transport: Transport,
  events: readonly EventInput[],
  { dryRun, atomic, signal }: BatchOptions = {},
): Promise<BatchResult> {
  const query = { dryRun, atomic };
  const type = 'application/cloudevents-batch+json';
  return await post(transport, events, { type, body: JSON.stringify(events), query, signal });
}

type Post = {
  readonly type: string;
  readonly body: string;
  readonly query: Readonly<Record<string, boolean | undefined>>;
  readonly signal: AbortSignal | undefined;
};

async function post<T>(
  transport: Transport,
  events: readonly EventInput[],
  { type, body, query, signal }: Post,
): Promise<T> {
  let mayBeStored = false;
  const onFailure = (error: LedgerlineError) => {
    mayBeStored ||= isUnknown(error);
  };
  const headers = { 'content-type': type };
  try {
    return readJson(
      await transport.request({ method: 'POST', path: '/v1/events', query, headers, body, signal, onFailure }),
    ) as T;
  } catch (error) {
    // A refusal speaks of the events themselves, whatever became of the attempts before.
    const refused = error instanceof ProblemError && [400, 409, 413, 415, 422].includes(error.status);
    if (mayBeStored && error instanceof LedgerlineError && !refused) throw new UnknownOutcomeError(events, error);
    throw error;
  }
}

function isUnknown(error: LedgerlineError): boolean {
  if (error instanceof ProblemError || error instanceof UnexpectedAnswerError) return error.status >= 500;
  return error instanceof ConnectionError;
}
