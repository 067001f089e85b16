/** The long poll: until a view has anything beyond a position. */
import type { Offsets } from '@ledgerline/log';
import type { ViewName } from '@ledgerline/projection';
import type { ReadContext } from '../read-context.ts';

const pollMs = 250;

/** False at the deadline (epoch milliseconds), or when the server stops. Rejects where the database fails. */
export async function waitForMore(
  { views, stopping }: Pick<ReadContext, 'views' | 'stopping'>,
  view: ViewName,
  held: Offsets,
  deadline: number,
): Promise<boolean> {
  for (;;) {
    // Counted before asking: a hint that comes in between is not lost.
    const hints = views.hints();
    const live = await views.readNow(view);
    if (live?.offsets.some((offset, partition) => offset > (held[partition] ?? 0))) return true;
    const leftMs = deadline - Date.now();
    if (leftMs <= 0 || stopping.aborted) return false;
    await views.hintedSince(hints, Math.min(leftMs, pollMs), stopping);
  }
}
