/**
 * Lanes that one transaction holds over several rounds. Under load a round follows the one before at once, and to begin, lock,
 * record and commit costs PostgreSQL more than all that a round of single events changes. A round of a log of its own is
 * answered before its index is committed anyhow: what a process that dies takes along is indexed from the log again.
 */
import { inOneTrip, isUnanswered, type TripResult, type TripStatement, withOwnTransaction } from '@ledgerline/database';
import type { Pool, PoolClient } from 'pg';
import type { Changes } from './index-store.ts';
import { closingOf, type Limits, limitsOf } from './lane-transaction.ts';
import type { Lane, WrittenBatch } from './lane-writer.ts';

/** Others wait for the lanes meanwhile, and so much may have to be indexed again. */
export type HoldLimits = { readonly maxRounds: number; readonly maxMs: number };

export const defaultHoldLimits: HoldLimits = { maxRounds: 8, maxMs: 50 };

const savepoint: TripStatement = { name: 'log-savepoint', text: 'savepoint round', values: [] };
const undo: TripStatement = { name: 'log-undo-round', text: 'rollback to savepoint round', values: [] };

export type LaneHold = {
  readonly client: PoolClient;
  /** As the rounds so far have left them. */
  readonly lanes: ReadonlyMap<number, Lane>;
  /** Of subjects whose state the database does not have yet. */
  readonly states: ReadonlyMap<string, unknown>;
  /** Records by partition since the lanes were locked: reserve-new.sql counts from there. */
  readonly placed: ReadonlyMap<number, number>;
  /** Begins another round: `reserving` is undone where the round is not kept. Rejects as the statements do. */
  begin(limits: Limits, reserving: TripStatement): Promise<TripResult>;
  /** What the round changed is recorded with the last one. The lanes are left to the next round: nobody may use them after this. */
  keep(changes: Changes | null): void;
  /** The rounds before are recorded and committed without this one. Never rejects. */
  abandon(cause: unknown): Promise<void>;
};

export type LaneHolds = {
  /** A hold that has all these lanes, for a round that begins in the turn of the event loop in which the one before ended. */
  take(partitions: readonly number[]): LaneHold | null;
  /** From a round that began with a transaction of its own. */
  start(client: PoolClient, lanes: readonly Lane[], changes: Changes): void;
  close(): Promise<void>;
};

/** @param onLost the index of these partitions is behind the log: what had been answered could not be recorded */
export function createLaneHolds(
  pool: Pool,
  { maxRounds, maxMs }: HoldLimits,
  onLost: (partitions: readonly number[]) => void,
): LaneHolds {
  const ending = new Set<Promise<void>>();
  let left: { readonly hold: LaneHold; readonly isFull: () => boolean; readonly end: () => void } | null = null;

  const open = (client: PoolClient, locked: readonly Lane[], first: Changes): void => {
    const lanes = new Map(locked.map((lane) => [lane.partition, lane]));
    const states = new Map<string, unknown>();
    const placed = new Map<number, number>();
    const batches: WrittenBatch[] = [];
    const since = performance.now();
    let rounds = 0;

    const add = (changes: Changes): void => {
      for (const [subject, state] of changes.states) states.set(subject, state);
      for (const batch of changes.batches) batches.push(batch);
      for (const { partition, indexedTo, recordedAt } of changes.lanes) {
        const lane = lanes.get(partition);
        if (lane === undefined) throw new Error(`partition ${partition} is not held`);
        placed.set(partition, (placed.get(partition) ?? 0) + indexedTo - lane.indexedTo);
        lanes.set(partition, { ...lane, indexedTo, lastRecordedAt: recordedAt ?? lane.lastRecordedAt });
      }
    };

    const changesOfAll = (): Changes => {
      const moved = [...lanes.values()].filter(({ partition }) => placed.has(partition));
      const progress = moved.map((lane) => ({ ...lane, recordedAt: lane.lastRecordedAt }));
      return { states, batches, lanes: progress, embedded: false };
    };

    const end = async (opening: readonly TripStatement[], cause?: unknown): Promise<void> => {
      try {
        await withOwnTransaction(
          pool,
          async () => {
            if (isUnanswered(cause)) throw cause;
            await inOneTrip(client, [...opening, ...closingOf(changesOfAll())]);
          },
          client,
        );
      } catch {
        onLost([...lanes.keys()]);
      }
    };

    const endSoon = (): void => {
      const ended = end([]).finally(() => ending.delete(ended));
      ending.add(ended);
    };

    const hold: LaneHold = {
      client,
      lanes,
      states,
      placed,
      async begin(limits, reserving) {
        const results = await inOneTrip(client, [savepoint, limitsOf(limits), reserving]);
        return results[2] as TripResult;
      },
      keep(changes) {
        if (changes !== null) add(changes);
        rounds += 1;
        leave();
      },
      abandon: async (cause) => await end([undo], cause),
    };

    const leave = (): void => {
      left?.end();
      left = { hold, isFull: () => rounds >= maxRounds || performance.now() - since > maxMs, end: endSoon };
      // After the rounds have looked, in this same turn, whether there is another to begin.
      const own = left;
      setImmediate(() => {
        if (left !== own) return;
        left = null;
        endSoon();
      });
    };

    hold.keep(first);
  };

  return {
    take(partitions) {
      if (left === null || left.isFull() || partitions.some((partition) => !left?.hold.lanes.has(partition)))
        return null;
      const { hold } = left;
      left = null;
      return hold;
    },
    start: open,
    async close() {
      left?.end();
      left = null;
      await Promise.all(ending);
    },
  };
}
