/**
 * Decides, in order, what becomes of the records of a round: a pure function of the index and the rule. Nothing is
 * written here; what is accepted is given the next offset of its partition, which holds only if it really lands there.
 */
import type { AppendOutcome, AppendRecord, SubjectRule } from '../port.ts';
import type { IndexView, Receipt } from './index-view.ts';
import type { PendingCall, Place } from './pending-call.ts';

export type Planned = { readonly call: PendingCall; readonly index: number; readonly record: AppendRecord } & Place;

/** Settled now, or as soon as the planned record at a place has been written. */
export type Decision<R> =
  | { readonly outcome: AppendOutcome<R> }
  | { readonly status: 'appended' | 'duplicate'; readonly of: Place };

export type Admission<R> = {
  /** Per call, per record. */
  readonly decisions: readonly (readonly Decision<R>[])[];
  /** In order of decision: in each partition by rising offset without gaps. */
  readonly plan: readonly Planned[];
  /** Some outcome rests on what is not in the log: it holds only if the index is up to the log's end. */
  readonly restsOnAbsence: boolean;
};

export type AdmissionInput<E, S, R> = {
  readonly calls: readonly PendingCall<E, R>[];
  readonly view: IndexView<S>;
  readonly rule: SubjectRule<E, S, R>;
  /** The next offset of each partition a record may go to. */
  readonly nextOffsets: ReadonlyMap<number, number>;
  readonly partitionOf: (subject: string) => number;
};

export function admit<E, S, R>(input: AdmissionInput<E, S, R>): Admission<R> {
  const next = new Map(input.nextOffsets);
  const plan: Planned[] = [];
  let restsOnAbsence = false;
  const decisions = input.calls.map((call) => {
    const undo = input.view.savepoint();
    const planBefore = plan.length;
    const decided = decideCall(call, input, next, plan);
    restsOnAbsence ||= decided.some(isRefused);
    if (!isBroken(call, decided)) return decided.map(({ decision }) => decision);
    undo();
    for (const { partition, offset } of plan.splice(planBefore).toReversed()) next.set(partition, offset);
    return decided.map((one) => withheld(one, next));
  });
  return { decisions, plan, restsOnAbsence };
}

type Decided<R> = { readonly decision: Decision<R>; readonly breaksCall: boolean };

function decideCall<E, S, R>(
  call: PendingCall<E, R>,
  { view, rule, partitionOf }: AdmissionInput<E, S, R>,
  next: Map<number, number>,
  plan: Planned[],
): Decided<R>[] {
  return call.records.map((record, index): Decided<R> => {
    const known = view.receipt(record);
    if (known) return { decision: decideKnown(record, known, call.attempts[index] ?? []), breaksCall: false };
    const refusal = rule.check(record.event, view.stateOf);
    if (refusal) {
      const outcome = { status: 'refused', refusal: refusal.refusal } as const;
      return { decision: { outcome }, breaksCall: refusal.atomic };
    }
    const partition = partitionOf(record.subject);
    const offset = next.get(partition);
    if (offset === undefined) throw new Error(`partition ${partition} is not part of this round`);
    next.set(partition, offset + 1);
    const state = rule.evolve(view.stateOf(record.subject), record.event, view.stateOf);
    view.add(record, { partition, offset, hash: record.hash, recordedAt: null }, state);
    plan.push({ call, index, record, partition, offset });
    return { decision: { status: 'appended', of: { partition, offset } }, breaksCall: false };
  });
}

function decideKnown<R>(record: AppendRecord, known: Receipt, attempts: readonly Place[]): Decision<R> {
  if (known.hash !== record.hash) return { outcome: { status: 'conflict' } };
  const { partition, offset, recordedAt } = known;
  if (recordedAt === null) return { status: 'duplicate', of: { partition, offset } };
  // The answer to an earlier attempt was lost, and the attempt was not.
  const ours = attempts.some((place) => place.partition === partition && place.offset === offset);
  return { outcome: { status: ours ? 'appended' : 'duplicate', partition, offset, recordedAt } };
}

/**
 * Once something of the call is in the log (a foreign record came between its attempts), withholding the rest would
 * not make it atomic any more: what is left is judged record by record.
 */
function isBroken<R>(call: PendingCall<unknown, R>, decided: readonly Decided<R>[]): boolean {
  if (!call.atomic || !decided.some(({ breaksCall }) => breaksCall)) return false;
  return !decided.some(({ decision }) => 'outcome' in decision && decision.outcome.status === 'appended');
}

/** A duplicate of another call's planned record stays one; what this call planned, and its duplicates, is withheld. */
function withheld<R>({ decision }: Decided<R>, next: ReadonlyMap<number, number>): Decision<R> {
  if ('outcome' in decision) return decision;
  const ofEarlierCall = decision.of.offset < (next.get(decision.of.partition) ?? 0);
  return ofEarlierCall ? decision : { outcome: { status: 'withheld' } };
}

function isRefused({ decision }: Decided<unknown>): boolean {
  return 'outcome' in decision && decision.outcome.status === 'refused';
}
