/** What a check found: an acknowledged event that is not there, one that is there twice, or anything else that is not so. */
import { isDeepStrictEqual } from 'node:util';

export type Difference = { readonly kind: 'lost' | 'doubled' | 'wrong'; readonly what: string };

export const lost = (what: string): Difference => ({ kind: 'lost', what });
export const doubled = (what: string): Difference => ({ kind: 'doubled', what });
export const wrong = (what: string): Difference => ({ kind: 'wrong', what });

/** JSON values are equal whatever the order of their members. */
export function isSame(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(a, b);
}

/** `what`, with both sides, cut short. */
export function unlike(what: string, expected: unknown, found: unknown): Difference {
  const show = (value: unknown) => (JSON.stringify(value) ?? 'nothing').slice(0, 1_500);
  return wrong(`${what}\n    expected ${show(expected)}\n    found    ${show(found)}`);
}
