/**
 * Appends that are decided under the lanes' locks, as any other, and written nowhere. What a call would have stored
 * counts as known to the next one of the same rehearsal, which is all that it keeps.
 */
import { createBackoff } from '../backoff.ts';
import type { AppendRecord, Rehearsal, RehearsedOutcome } from '../port.ts';
import { admit, type Decision } from './admission.ts';
import { prove } from './decide-round.ts';
import { lookUp } from './index-store.ts';
import { IndexView } from './index-view.ts';
import { IndexMissing, withLanes } from './lane-transaction.ts';
import { createPendingCall, type PendingCall } from './pending-call.ts';
import { RoundConflict } from './round-conflict.ts';
import { type RoundDependencies, subjectsOf, toFault } from './run-round.ts';

const IDLE_MARGIN_MS = 2_000;
const MAX_PAUSE_MS = 500;

type RehearsalDependencies<E, S, R> = Pick<
  RoundDependencies<E, S, R>,
  'pool' | 'rule' | 'writer' | 'logId' | 'partitionOf' | 'catchUp' | 'onIndexMissing'
>;

export function createRehearsal<E, S, R>(dependencies: RehearsalDependencies<E, S, R>): Rehearsal<E, R> {
  const { rule, partitionOf, catchUp, onIndexMissing } = dependencies;
  const view = new IndexView<S>();
  const nextOffsets = new Map<number, number>();

  const decide = (call: PendingCall<E, R>): RehearsedOutcome<R>[] => {
    const { decisions, plan } = admit({ calls: [call], view, rule, nextOffsets, partitionOf });
    for (const { partition, offset } of plan) nextOffsets.set(partition, offset + 1);
    return (decisions[0] ?? []).map(toOutcome);
  };

  const rehearse = async (call: PendingCall<E, R>): Promise<RehearsedOutcome<R>[]> => {
    const backoff = createBackoff(MAX_PAUSE_MS);
    for (let isBehind = false; ; ) {
      try {
        if (isBehind) await catchUp(call.partitions);
        await load(dependencies, call, view, nextOffsets);
        return decide(call);
      } catch (error) {
        if (error instanceof IndexMissing) onIndexMissing();
        isBehind = true;
        const fault = toFault(error);
        if (call.settled || (fault && !fault.retryable)) throw fault ?? error;
        await backoff.pause();
      }
    }
  };

  return {
    async append(records, options) {
      if (records.length === 0) return [];
      const relatedPartitions = records.flatMap(({ event }) => rule.related(event).map(partitionOf));
      const own = records.map(({ subject }) => partitionOf(subject));
      const partitions = [...new Set([...own, ...relatedPartitions])].toSorted((a, b) => a - b);
      const call = createPendingCall<E, R>(records, options, { partitions, relatedPartitions }, () => undefined);
      try {
        // The call's own promise is only its deadline here.
        return await Promise.race([rehearse(call), call.promise as Promise<never>]);
      } finally {
        call.resolve([]);
      }
    },
  };
}

/** What the index has of these records and subjects, at the log's end: nobody writes to their partitions meanwhile. */
async function load<E, S, R>(
  { pool, rule, writer, logId }: RehearsalDependencies<E, S, R>,
  { records, partitions, expiresAt }: PendingCall<E, R>,
  view: IndexView<S>,
  nextOffsets: Map<number, number>,
): Promise<void> {
  const lockMs = Math.max(100, expiresAt - Date.now());
  const lock = { partitions, synchronousCommit: 'off', lockMs, idleMs: lockMs + IDLE_MARGIN_MS } as const;
  await withLanes(pool, { logId: await logId(), ...lock }, null, async (client, lanes) => {
    if (lanes.some((lane) => lane.writtenTo > lane.indexedTo)) throw new RoundConflict('stale-index');
    await prove(writer, lanes, expiresAt);
    // What the rehearsal holds already is further than what the database has.
    const ids = records.filter((record: AppendRecord) => view.receipt(record) === undefined);
    const subjects = subjectsOf(records, rule).filter((subject) => view.stateOf(subject) === undefined);
    await lookUp(client, view, ids, subjects);
    for (const { partition, indexedTo } of lanes) {
      if (!nextOffsets.has(partition)) nextOffsets.set(partition, indexedTo);
    }
    return { result: undefined, changes: null };
  });
}

function toOutcome<R>(decision: Decision<R>): RehearsedOutcome<R> {
  return 'outcome' in decision ? decision.outcome : { status: decision.status };
}
