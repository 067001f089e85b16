/** Appends admitted events, or tries what would become of them. A log that can't say in time is one problem for all. */
import type { LedgerEvent, Refusal } from '@ledgerline/events';
import { type Problem, problem } from '@ledgerline/http';
import { createTokenWriter, type EventLog, LogFault, type RehearsedOutcome } from '@ledgerline/log';
import type { EventRecord } from './admit-event.ts';
import { type KnownLog, rehearsedResult, type Settled, settledResult } from './event-result.ts';

export type IngestLog = EventLog<LedgerEvent, Refusal>;

export type Appended =
  | { readonly ok: true; readonly settled: Settled[]; readonly log: KnownLog }
  | { readonly ok: false; readonly problem: Problem };

export type AppendEvents = (records: readonly EventRecord[], atomic: boolean) => Promise<Appended>;

/** @param deadlineMs after it the client is told that the outcome is unknown */
export function createAppendEvents(log: IngestLog, deadlineMs: number): AppendEvents {
  const describe = createDescribe(log, deadlineMs);
  return async (records, atomic) => {
    try {
      const description = await describe();
      const outcomes = await log.append(records, { atomic, deadlineMs });
      const settled = outcomes.map((outcome, index) =>
        settledResult(records[index] as EventRecord, outcome, description),
      );
      return { ok: true, settled, log: description };
    } catch (error) {
      if (!(error instanceof LogFault)) throw error;
      const detail = 'It may or may not have been stored: send the same source and id again.';
      return { ok: false, problem: problem('log-unavailable', detail) };
    }
  };
}

/** One for each request: its calls build upon each other, and nothing is stored. */
export function createRehearseEvents(log: IngestLog, deadlineMs: number): () => AppendEvents {
  const describe = createDescribe(log, deadlineMs);
  return () => {
    const rehearsal = log.rehearse();
    return async (records, atomic) => {
      try {
        const description = await describe();
        const outcomes: RehearsedOutcome<Refusal>[] = await rehearsal.append(records, { atomic, deadlineMs });
        const settled = outcomes.map((outcome, index) =>
          rehearsedResult(records[index] as EventRecord, outcome, description),
        );
        return { ok: true, settled, log: description };
      } catch (error) {
        if (!(error instanceof LogFault)) throw error;
        return { ok: false, problem: problem('log-unavailable', 'What would become of it cannot be told now.') };
      }
    };
  };
}

/** A log that was never reached can't have stored anything; once known, its description does not change. */
function createDescribe(log: IngestLog, deadlineMs: number): () => Promise<KnownLog> | KnownLog {
  let known: KnownLog | null = null;
  return () =>
    known ??
    withinDeadline(log.describe(), deadlineMs).then((description) => {
      known = { ...description, toToken: createTokenWriter(description.logId) };
      return known;
    });
}

async function withinDeadline<T>(work: Promise<T>, deadlineMs: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new LogFault('log-unavailable', 'the log does not answer', { retryable: true })),
    deadlineMs,
  );
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
