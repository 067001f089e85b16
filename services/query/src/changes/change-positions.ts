/**
 * The position right after each of some events of a range: as of it a read shows the log up to that event in the merged
 * order, and what begins there goes on with the next one. Never before the range's beginning nor beyond its end, so that
 * what a reader had at the beginning is not given again.
 */
import type { Offsets } from '@ledgerline/log';
import type { Pool } from 'pg';
import type { Read } from '../read-context.ts';
import { findPositions } from '../reading/find-positions.ts';

type Placed = { readonly partition: number; readonly offset: number; readonly exact_time: string };

/** In the order of the rows. */
export async function positionsAfter(
  pool: Pool,
  read: Read,
  rows: readonly Placed[],
  { after, until }: { after: Offsets; until: Offsets },
): Promise<Offsets[]> {
  const journal = read.located.views.get('journal');
  if (journal === undefined) throw new Error('changes have positions by the journal');
  const moments = rows.map(({ exact_time: at, partition, offset }) => ({ at, partition, offset }));
  const found = await findPositions(pool, journal, moments);
  return found.map(({ offsets }) =>
    offsets.map((offset, partition) => Math.max(after[partition] ?? 0, Math.min(offset, until[partition] ?? 0))),
  );
}
