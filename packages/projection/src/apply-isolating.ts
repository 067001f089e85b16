/**
 * Events of which one at least can't be applied: finds the ones at fault by halves, in savepoints, and applies the
 * rest. An error of the database's own (connection, contention, disk) is nobody's fault and is passed on.
 */
import { isRetryable } from '@ledgerline/database';
import { type DecodedRecord, parkEvent } from './decode-record.ts';
import type { ParkedRecord } from './parked.ts';
import type { Ignored, View, ViewTransaction } from './view.ts';

type DecodedEvent = Extract<DecodedRecord, { kind: 'event' }>;

export type Applied = { readonly applied: number; readonly ignored: Ignored; readonly parked: readonly ParkedRecord[] };

/**
 * When nothing of a whole chunk can be applied and it names this many subjects, the view is at fault (a bug, a
 * missing column): parking would empty the log into the parking lot.
 */
const massFailureSubjects = 20;

/** Throws what is not an event's fault. The transaction is usable afterwards otherwise. */
export async function applyIsolating(
  view: View,
  partition: number,
  events: readonly DecodedEvent[],
  tx: ViewTransaction,
): Promise<Applied> {
  const ignored: Record<string, number> = {};
  const parked: ParkedRecord[] = [];
  const waiting = new Set<string>();
  let applied = 0;
  let firstError: unknown;

  const attempt = async (part: readonly DecodedEvent[]): Promise<void> => {
    const passing = part.filter((item) => !waiting.has(item.event.event.subject));
    const behind = part.filter((item) => waiting.has(item.event.event.subject));
    parked.push(...behind.map((item) => parkEvent(item, 'behind', 'an earlier event of this subject is parked')));
    if (passing.length === 0) return;
    const outcome = await tryApply(view, partition, passing, tx);
    if (outcome.ok) {
      applied += passing.length;
      for (const [reason, count] of Object.entries(outcome.ignored)) ignored[reason] = (ignored[reason] ?? 0) + count;
      return;
    }
    firstError ??= outcome.error;
    const [only] = passing;
    if (passing.length === 1 && only !== undefined) {
      waiting.add(only.event.event.subject);
      parked.push(parkEvent(only, 'apply-failed', messageOf(outcome.error)));
      return;
    }
    const middle = Math.ceil(passing.length / 2);
    await attempt(passing.slice(0, middle));
    await attempt(passing.slice(middle));
  };

  await attempt(events);
  if (applied === 0 && waiting.size >= massFailureSubjects) throw firstError;
  return { applied, ignored, parked };
}

async function tryApply(
  view: View,
  partition: number,
  events: readonly DecodedEvent[],
  tx: ViewTransaction,
): Promise<{ ok: true; ignored: Ignored } | { ok: false; error: unknown }> {
  await tx.client.query('savepoint events');
  try {
    const write = await view.prepare({ partition, events: events.map((item) => item.event) }, tx);
    const ignored = await write();
    await tx.client.query('release savepoint events');
    return { ok: true, ignored };
  } catch (error) {
    if (!isEventsFault(error)) throw error;
    await tx.client.query('rollback to savepoint events');
    return { ok: false, error };
  }
}

/**
 * 22 data exception, 23 integrity, 54 program limit: a value did it. Other states of the database are not an event's
 * doing, and what the view itself threw is taken as one: it is pure but for its statements.
 */
export function isEventsFault(error: unknown): boolean {
  if (isRetryable(error)) return false;
  const state = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^[0-9A-Z]{5}$/.test(state) ? /^(?:22|23|54)/.test(state) : true;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
