/**
 * Names for prepared statements whose text depends on which filters a request has. A connection keeps a prepared
 * statement for ever, so the shapes that get a name are bounded: the first ones seen twice, which are the common ones.
 */
import { createHash } from 'node:crypto';

export type StatementNames = {
  /** undefined: run it without a name. */
  nameOf(text: string): string | undefined;
};

const maxNames = 128;
const maxSeenOnce = 1_024;

export function createStatementNames(prefix: string): StatementNames {
  const names = new Map<string, string>();
  let seenOnce = new Set<string>();
  return {
    nameOf(text) {
      const known = names.get(text);
      if (known !== undefined || names.size >= maxNames) return known;
      if (!seenOnce.has(text)) {
        if (seenOnce.size >= maxSeenOnce) seenOnce = new Set();
        seenOnce.add(text);
        return undefined;
      }
      seenOnce.delete(text);
      const name = `${prefix}-${createHash('sha1').update(text).digest('hex').slice(0, 20)}`;
      names.set(text, name);
      return name;
    },
  };
}

/** For spreading into a query: `name` only where there is one. */
export function namedIf(name: string | undefined): { name?: string } {
  return name === undefined ? {} : { name };
}
