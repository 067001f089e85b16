/**
 * The position right after each of some events of a range: as of it a read shows the log up to that event in the merged
 * order, and what begins there goes on with the next one. Never before the range's beginning nor beyond its end, so that
 * what a reader had at the beginning is not given again.
 */
import { readSql } from '@ledgerline/database';
import type { Offsets } from '@ledgerline/log';
import type { Pool } from 'pg';
import type { Read } from '../read-context.ts';
import { findPositions } from '../reading/find-positions.ts';
import type { Located } from '../reading/locate.ts';

type PositionRead = Pick<Read, 'query'> & { readonly located: Pick<Located, 'views'> };
type Placed = { readonly partition: number; readonly offset: number; readonly exact_time: string };
/** What was met on the way back from an event: the position's offsets in some partitions, or in all that have moved. */
type Met = { readonly passed: number; readonly partitions: readonly number[]; readonly offsets: readonly number[] };

/**
 * Events a partition to pass on the way back from one: where partitions fill evenly, one in 100,000 is not met among them.
 * The few are looked up by a search in each partition, which takes some twenty probes in each.
 */
const passedAPartition = 12;

const sql = readSql(new URL('./sql/walk-back.sql', import.meta.url));

/** @param rows in the merged order; what comes out is in theirs */
export async function positionsAfter(
  pool: Pool,
  read: PositionRead,
  rows: readonly Placed[],
  { after, until }: { after: Offsets; until: Offsets },
): Promise<Offsets[]> {
  if (rows.length === 0) return [];
  const limit = passedAPartition * after.length;
  const walks = await read.query<Met>({
    name: 'walk-back',
    text: sql,
    values: [
      rows.map(({ exact_time: at }) => at),
      rows.map(({ partition }) => partition),
      rows.map(({ offset }) => offset),
      limit,
    ],
  });
  // Whoever passed fewer came to the event before, or to the beginning of the log: what was not met has not moved since.
  const isOpen = (met: Met | undefined) => met?.passed === limit && met.partitions.length < after.length;
  const open = rows.filter((_, index) => isOpen(walks[index]));
  const found = (await lookUp(pool, read, open)).values();
  let position: Offsets = after.map(() => 0);
  return walks.map((met) => {
    position = isOpen(met) ? (found.next().value ?? position) : moved(position, met);
    return position.map((offset, partition) =>
      Math.max(after[partition] ?? 0, Math.min(offset, until[partition] ?? 0)),
    );
  });
}

function moved(position: Offsets, { partitions, offsets }: Met): Offsets {
  const next = [...position];
  for (const [index, partition] of partitions.entries()) next[partition] = offsets[index] ?? 0;
  return next;
}

async function lookUp(pool: Pool, read: PositionRead, rows: readonly Placed[]): Promise<Offsets[]> {
  const journal = read.located.views.get('journal');
  if (journal === undefined) throw new Error('changes have positions by the journal');
  const moments = rows.map(({ exact_time: at, partition, offset }) => ({ at, partition, offset }));
  return (await findPositions(pool, journal, moments)).map(({ offsets }) => offsets);
}
