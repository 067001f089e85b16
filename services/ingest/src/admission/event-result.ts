/** What a client is told of each event: the shapes of api.md, "Writing". */
import type { Refusal } from '@ledgerline/events';
import { type Problem, type ProblemDocument, problem } from '@ledgerline/http';
import {
  type AppendOutcome,
  type LogDescription,
  type Position,
  positionAfter,
  type RehearsedOutcome,
  type Stored,
} from '@ledgerline/log';
import type { EventRecord } from './admit-event.ts';

/** What positions are told of. */
export type KnownLog = LogDescription & { readonly toToken: (offsets: Position['offsets']) => string };

type Name = { readonly source: string; readonly id: string; readonly subject: string };

export type EventResult =
  | (Name & { readonly status: 'stored' | 'duplicate'; readonly position: string; readonly recordedAt: string })
  /** Of a dry run: would be stored; would be a duplicate of one that is not stored either. */
  | (Name & { readonly status: 'valid' | 'duplicate' })
  | (Partial<Name> & { readonly status: 'failed'; readonly problem: ProblemDocument });

export type Settled =
  | { readonly ok: true; readonly result: EventResult; readonly stored: Stored | null }
  | { readonly ok: false; readonly result: EventResult; readonly problem: Problem };

/** @param sent the event as sent, where it could be read: it is named as far as it names itself */
export function failedResult(failure: Problem, sent?: unknown): Settled {
  return {
    ok: false,
    result: { status: 'failed', ...namesIn(sent), problem: failure.toDocument() },
    problem: failure,
  };
}

export function settledResult(record: EventRecord, outcome: AppendOutcome<Refusal>, log: KnownLog): Settled {
  switch (outcome.status) {
    case 'appended':
    case 'duplicate': {
      const status = outcome.status === 'appended' ? 'stored' : 'duplicate';
      const { recordedAt } = outcome;
      const position = positionOf(log, [outcome]);
      return { ok: true, result: { status, ...nameOf(record), position, recordedAt }, stored: outcome };
    }
    case 'conflict':
      return failedResult(problem('id-reused', `${record.source} has recorded another event as ${record.id}.`), record);
    case 'refused':
      return failedResult(toProblem(outcome.refusal), record);
    case 'withheld':
      return failedResult(problem('withheld', 'Another event of this batch was refused.'), record);
    default:
      return outcome satisfies never;
  }
}

/** What is told of an event that was tried and not stored: all of it that does not rest on a place in the log. */
export function rehearsedResult(record: EventRecord, outcome: RehearsedOutcome<Refusal>, log: KnownLog): Settled {
  if (outcome.status === 'appended') return { ok: true, result: { status: 'valid', ...nameOf(record) }, stored: null };
  if (outcome.status !== 'duplicate') return settledResult(record, outcome, log);
  const { partition, offset, recordedAt } = outcome;
  if (partition === undefined || offset === undefined || recordedAt === undefined) {
    return { ok: true, result: { status: 'duplicate', ...nameOf(record) }, stored: null };
  }
  return settledResult(record, { status: 'duplicate', partition, offset, recordedAt }, log);
}

/** The partial position that names the partitions of these records. */
export function positionOf({ logId, partitions, toToken }: KnownLog, stored: Stored[]): string {
  return toToken(positionAfter(logId, partitions, stored).offsets);
}

function toProblem({ code, detail, pointer, expected, actual }: Refusal): Problem {
  return problem(code, detail, {
    members: { ...(expected !== undefined && { expected }), ...(actual !== undefined && { actual }) },
    ...(pointer !== undefined && { errors: [{ pointer, message: detail, code }] }),
  });
}

const nameOf = ({ source, id, subject }: Name): Name => ({ source, id, subject });

function namesIn(sent: unknown): Partial<Name> {
  if (typeof sent !== 'object' || sent === null) return {};
  const { source, id, subject } = sent as Record<string, unknown>;
  return {
    ...(typeof source === 'string' && { source }),
    ...(typeof id === 'string' && { id }),
    ...(typeof subject === 'string' && { subject }),
  };
}
