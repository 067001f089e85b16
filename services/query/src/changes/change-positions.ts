/**
 * The position right after each of some events of a range: as of it a read shows the log up to that event in the merged
 * order, and what begins there goes on with the next one. Never before the range's beginning nor beyond its end, so that
 * what a reader had at the beginning is not given again.
 */
import { readSql } from '@ledgerline/database';
import type { Offsets } from '@ledgerline/log';
import type { LiveGeneration } from '@ledgerline/projection';
import type { Pool } from 'pg';
import type { Read } from '../read-context.ts';
import { findPositions } from '../reading/find-positions.ts';

type Placed = { readonly partition: number; readonly offset: number; readonly exact_time: string };

/** Events in a stretch for each one asked for, beyond which looking each up costs less than passing all of them. */
const mostPassed = 20;

const sql = readSql(new URL('./sql/places-between.sql', import.meta.url));

/** @param rows in the merged order; what comes out is in theirs */
export async function positionsAfter(
  pool: Pool,
  read: Read,
  rows: readonly Placed[],
  { after, until }: { after: Offsets; until: Offsets },
): Promise<Offsets[]> {
  const journal = read.located.views.get('journal');
  if (journal === undefined) throw new Error('changes have positions by the journal');
  const found = (await passAll(pool, journal, read, rows)) ?? (await lookUp(pool, journal, rows));
  return found.map((offsets) =>
    offsets.map((offset, partition) => Math.max(after[partition] ?? 0, Math.min(offset, until[partition] ?? 0))),
  );
}

async function lookUp(pool: Pool, journal: LiveGeneration, rows: readonly Placed[]): Promise<Offsets[]> {
  const moments = rows.map(({ exact_time: at, partition, offset }) => ({ at, partition, offset }));
  return (await findPositions(pool, journal, moments)).map(({ offsets }) => offsets);
}

/** The first is looked up, the others are where passing all events up to them leads; null where they lie too far apart. */
async function passAll(
  pool: Pool,
  journal: LiveGeneration,
  read: Read,
  rows: readonly Placed[],
): Promise<Offsets[] | null> {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined || rows.length < 3) return null;
  const limit = rows.length * mostPassed;
  const [passed] = await read.query<{ partitions: number[]; offsets: number[] }>({
    name: 'places-between',
    text: sql,
    values: [...keyOf(first), ...keyOf(last), limit],
  });
  const { partitions = [], offsets = [] } = passed ?? {};
  if (partitions.at(-1) !== last.partition || offsets.at(-1) !== last.offset) return null;
  const [begin] = await lookUp(pool, journal, [first]);
  if (begin === undefined) return null;
  const at = [...begin];
  const positions: Offsets[] = [begin];
  for (const [index, partition] of partitions.entries()) {
    const offset = offsets[index] ?? 0;
    at[partition] = offset + 1;
    const next = rows[positions.length];
    if (next?.partition === partition && next.offset === offset) positions.push([...at]);
  }
  return positions.length === rows.length ? positions : null;
}

const keyOf = ({ exact_time: time, partition, offset }: Placed) => [time, partition, offset] as const;
