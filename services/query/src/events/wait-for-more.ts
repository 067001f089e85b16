/** The long poll: until the view has anything beyond a position. */
import type { Offsets } from '@ledgerline/log';
import type { ViewName } from '@ledgerline/projection';
import type { ReadContext } from '../read-context.ts';

/** False at the deadline (epoch milliseconds), or when the server stops. */
export async function waitForMore(
  { views, stopping }: Pick<ReadContext, 'views' | 'stopping'>,
  view: ViewName,
  held: Offsets,
  deadline: number,
): Promise<boolean> {
  const done = new AbortController();
  const moved = held.map((offset, partition) =>
    views.waitForPosition(
      view,
      held.map((_, other) => (other === partition ? offset + 1 : null)),
      deadline,
      AbortSignal.any([done.signal, stopping]),
    ),
  );
  try {
    return await Promise.any(
      moved.map((wait) => wait.then((reached) => reached || Promise.reject(new Error('not reached')))),
    );
  } catch (error) {
    // All of them came to the deadline, or the database failed: then that is the answer.
    if (error instanceof AggregateError) await Promise.all(moved);
    return false;
  } finally {
    done.abort();
    await Promise.allSettled(moved);
  }
}
