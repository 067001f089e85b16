/** Changes as lines, a batch of them a statement: all of a range, or the first ones of it. */
import type { Pool } from 'pg';
import { rangeOf } from '../events/read-events-page.ts';
import type { Read } from '../read-context.ts';
import type { ChangesSpec } from './changes-statement.ts';
import { readChanges } from './read-changes.ts';

export type ChangesLinesSpec = Pick<ChangesSpec, 'filters' | 'dateMatch'> & {
  /** Lines at most; undefined: all. */
  readonly limit: number | undefined;
};

const batchSize = 500;

/** Chunks of whole lines; the first is read when it is asked for. Throws 400 where the range ends before it begins. */
export function changesLines(
  deps: { pool: Pool },
  read: Read,
  { limit = Number.POSITIVE_INFINITY, ...filters }: ChangesLinesSpec,
): AsyncGenerator<string> {
  const range = rangeOf(read);
  return (async function* lines() {
    let left = limit;
    let from: ChangesSpec['from'] = null;
    while (left > 0) {
      const found = await readChanges(deps, read, { ...filters, ...range, from, limit: Math.min(batchSize, left) });
      yield found.items.map(({ text }) => `${text}\n`).join('');
      const last = found.items.at(-1);
      if (!found.more || last === undefined) return;
      left -= found.items.length;
      from = { direction: 'next', key: last.key };
    }
  })();
}
