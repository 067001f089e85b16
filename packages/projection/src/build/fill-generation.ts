/**
 * Brings a generation up to a position by the same path that feeds the live one: chunk by chunk, rows and checkpoint in
 * one transaction, so that whoever takes over goes on from what is committed. Several partitions are read side by side.
 */
import type { EventLog, LogRecord, Offsets } from '@ledgerline/log';
import type { Pool } from 'pg';
import { applyChunk, type Cursor } from '../apply-chunk.ts';
import { takeCheckpoint } from '../checkpoint.ts';
import { type ChunkLimits, chunkRecords } from '../chunk-records.ts';
import type { DecodeContext } from '../decode-record.ts';
import type { Generation } from '../generation.ts';
import type { View } from '../view.ts';

export type FillTarget = {
  readonly view: View;
  readonly generation: Generation;
  readonly pool: Pool;
  readonly log: Pick<EventLog, 'read'>;
  readonly decoding: DecodeContext;
  /** Records it leaves out pass all the same: the checkpoint moves over them. */
  readonly accepts?: ((record: LogRecord) => boolean) | undefined;
};

export type Filling = {
  readonly offsets: Offsets;
  /** Applies what lies before `to`, at least; partitions that are there already are left alone. */
  upTo(to: Offsets, signal: AbortSignal): Promise<void>;
};

/** Fewer leave PostgreSQL waiting for Node; more keep so many rows alive that the garbage collector pays for them. */
const sideBySide = 3;
const maxRecords = 2_000;
const chunkLimits: ChunkLimits = { maxRecords: 1_000, maxBytes: 8 * 1024 * 1024 };

/**
 * Gains every partition of the generation: what another process still has under way there is refused from here on.
 * @param onMove called after each commit with all offsets
 */
export async function openFilling(
  target: FillTarget,
  partitions: number,
  onMove: (offsets: Offsets) => void = () => undefined,
): Promise<Filling> {
  const { pool, generation } = target;
  const cursors: Cursor[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const checkpoint = await takeCheckpoint(pool, generation, partition);
    if (checkpoint === undefined)
      throw new Error(`generation ${generation.generation} knows no partition ${partition}`);
    cursors.push(checkpoint);
  }
  const next = (partition: number) => cursors[partition]?.next ?? 0;
  const offsets = () => cursors.map((cursor) => cursor.next);

  const fillPartition = async (partition: number, to: number, signal: AbortSignal): Promise<void> => {
    for await (const batch of target.log.read(partition, next(partition), to, maxRecords)) {
      for (const chunk of chunkRecords(batch, chunkLimits)) {
        signal.throwIfAborted();
        const cursor = cursors[partition];
        if (cursor === undefined) throw new Error(`no partition ${partition}`);
        const { accepts } = target;
        const records = accepts === undefined ? chunk.records : chunk.records.filter((record) => accepts(record));
        cursors[partition] = (await applyChunk(target, cursor, { ...chunk, records })).cursor;
        onMove(offsets());
      }
    }
  };

  return {
    get offsets() {
      return offsets();
    },
    async upTo(to, signal) {
      const behind = to.flatMap((end, partition) => (next(partition) < end ? [partition] : []));
      // The longest first, so that the last one does not run alone for long.
      const waiting = behind.toSorted((a, b) => (to[a] ?? 0) - next(a) - (to[b] ?? 0) + next(b));
      const work = async (): Promise<void> => {
        for (let partition = waiting.pop(); partition !== undefined; partition = waiting.pop()) {
          signal.throwIfAborted();
          await fillPartition(partition, to[partition] ?? 0, signal);
        }
      };
      await settleAll(Array.from({ length: Math.min(sideBySide, behind.length) }, work));
    },
  };
}

/** All have settled before the first failure is thrown: nobody writes behind the caller's back. */
export async function settleAll(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

export function covers(held: Offsets, wanted: Offsets): boolean {
  return wanted.every((offset, partition) => (held[partition] ?? 0) >= offset);
}

export function sumOf(offsets: Offsets): number {
  return offsets.reduce((sum, offset) => sum + offset, 0);
}
