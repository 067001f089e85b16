/** How many streams there may be: on this node, and of one key. */
import { createHash } from 'node:crypto';
import { problem } from '@ledgerline/http';

export type StreamLimits = {
  /**
   * Takes a place, to be given back once by the returned function.
   * @param authorization the key's name, or the request's header; undefined where everything is open, and then only the
   *   node's limit holds
   * @throws Problem 429 too-many-requests (the key's streams) or 503 too-many-streams (the node's)
   */
  admit(authorization: string | undefined): () => void;
  /** Open now. */
  count(): number;
};

const retryAfterS = 10;

export function createStreamLimits(limits: { readonly perNode: number; readonly perKey: number }): StreamLimits {
  let count = 0;
  const ofKey = new Map<string, number>();
  return {
    count: () => count,
    admit(authorization) {
      if (count >= limits.perNode) {
        throw problem('too-many-streams', undefined, { retryAfter: retryAfterS });
      }
      const key = authorization === undefined ? null : digestOf(authorization);
      const open = key === null ? 0 : (ofKey.get(key) ?? 0);
      if (key !== null && open >= limits.perKey) {
        throw problem('too-many-requests', `This key has ${open} streams open, as many as it may.`, {
          retryAfter: retryAfterS,
        });
      }
      count += 1;
      if (key !== null) ofKey.set(key, open + 1);
      let given = false;
      return () => {
        if (given) return;
        given = true;
        count -= 1;
        if (key === null) return;
        const left = (ofKey.get(key) ?? 1) - 1;
        if (left > 0) ofKey.set(key, left);
        else ofKey.delete(key);
      };
    },
  };
}

/** No key is kept for longer than its request. */
function digestOf(authorization: string): string {
  return createHash('sha256').update(authorization).digest('base64url');
}
