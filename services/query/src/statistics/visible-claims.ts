/**
 * Which version of a claim speaks: a condition on `c`, a row of statistics.claims. Without `knownBy` the one that holds
 * at the position; with it the last one published by that day (details 9), unless the claim was retracted by then.
 */
import type { StatementValues } from '../filters/statement-values.ts';
import type { Read } from '../read-context.ts';

/** Not those found unlawful since, whichever position is asked for; only their retractions have no title. */
const lawful = `c.subject not in (select u.subject from statistics.claims u where u.state = 'retracted' and u.title = '')`;

/** A fixed fragment with parameters in `values`. */
export function visibleClaims({ at, knownBy }: Pick<Read, 'at' | 'knownBy'>, values: StatementValues): string {
  const position = `(${values.add(at)}::bigint[])`;
  const current = `c.state = 'current' and ${lawful} and c.from_offset < ${position}[c.partition + 1]`;
  if (knownBy === null) return `${current} and (c.to_offset is null or c.to_offset >= ${position}[c.partition + 1])`;
  const day = `${values.add(knownBy.day)}::date`;
  const column = knownBy.match === 'certain' ? 'published_latest' : 'published_earliest';
  return `${current} and c.${column} <= ${day} and not exists (
    select from statistics.claims w
    where w.subject = c.subject and w.version > c.version and w.from_offset < ${position}[w.partition + 1]
      and (w.state = 'retracted' or w.${column} <= ${day}))`;
}
