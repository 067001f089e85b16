import type { View, ViewBatch, ViewTransaction } from '../src/index.ts';

/** A view's own `prepare`, with something done in the same transaction once the batch's rows are written. */
export function afterWriting(view: View, follow: (tx: ViewTransaction, batch: ViewBatch) => unknown): View['prepare'] {
  return async (batch, tx) => {
    const write = await view.prepare(batch, tx);
    return async () => {
      const ignored = await write();
      await follow(tx, batch);
      return ignored;
    };
  };
}

/** The timeline with titles in capitals. */
export const capitals = 'update timeline.versions set title = upper(title)';
