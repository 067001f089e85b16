/** Rows as one sum of their hashes, the same in whatever order they come: no sorting is needed to compare them. */

/**
 * @param rows a query with a column `hash`, 32 hexadecimal digits
 * @returns `once`, to select from; `sum` over it, as text: both halves summed apart, so that collisions by chance are out of
 *   question; null of no rows
 */
export function sumOfHashes(rows: string): { readonly sum: string; readonly once: string } {
  const half = (start: number) => `sum(('x' || substr(hash, ${start}, 16))::bit(64)::bigint)`;
  // `offset 0`: else PostgreSQL makes each row's hash twice, once for each half.
  return { sum: `${half(1)} || ':' || ${half(17)}`, once: `(${rows} offset 0) hashed` };
}
