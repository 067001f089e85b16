/**
 * For readers: rows and the position they are true of must come from one snapshot. This fragment goes into the very
 * statement that reads the rows (or into the same repeatable-read transaction).
 */
import type { Generation } from './generation.ts';

/**
 * A scalar subquery that gives json `{"logId": "…", "offsets": [next offset by partition]}` of a generation, null
 * where there is none: `select …, ${positionFragment(live)} as position from …`.
 */
export function positionFragment({ view, generation }: Pick<Generation, 'view' | 'generation'>): string {
  // Both are ours, never a client's: a view's name is one of a fixed few.
  return `(
    select json_build_object('logId', min(log_id), 'offsets', json_agg(next_offset order by partition))
    from projection.checkpoints
    where view = '${view}' and generation = ${Math.trunc(generation)}
    having count(*) > 0
  )`;
}
