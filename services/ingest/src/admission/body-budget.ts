/** Bounds the bytes of bodies that are being read or appended at one time: beyond it requests are told to come back. */
import type { IncomingMessage } from 'node:http';
import { type Problem, problem } from '@ledgerline/http';

const MAX_BYTES = 256 * 1024 * 1024;

export type BodyBudget = {
  /** Runs `work` while the request's bytes are counted, or gives the problem to answer with. */
  spend<T>(request: IncomingMessage, maxBytes: number, work: () => Promise<T>): Promise<T | Problem>;
};

/** A body without a declared length counts as the largest it may be. */
export function createBodyBudget(limit = MAX_BYTES): BodyBudget {
  let spent = 0;
  return {
    async spend(request, maxBytes, work) {
      const declared = request.headers['content-length'];
      const bytes = declared === undefined ? maxBytes : Math.min(Number(declared), maxBytes);
      // One body alone is always let in.
      if (spent > 0 && spent + bytes > limit) return problem('overloaded', undefined, { retryAfter: 1 });
      spent += bytes;
      try {
        return await work();
      } finally {
        spent -= bytes;
      }
    },
  };
}
