/** A search as conditions on a claim's version `v`, and its rank. */
import type { SearchQuery } from './search-query.ts';
import type { StatementValues } from './statement-values.ts';

/**
 * The text that `v.search` was made of, folded as packages/events does it. Only for rows that the index has found.
 * \u0300-\u036f are the marks that normal form D takes off Latin, Greek and Cyrillic letters.
 */
const foldedText = String.raw`translate(
  regexp_replace(
    normalize(
      lower(concat_ws(E'\n', v.data ->> 'title', v.data ->> 'summary', v.data ->> 'content',
        (select string_agg(r ->> 'excerpt', E'\n') from json_array_elements(v.data -> 'reports') r))),
      nfd),
    U&'[\0300-\036f]', '', 'g'),
  'łøđ', 'lod')`;

export type SearchConditions = {
  readonly conditions: readonly string[];
  /** For `order=-relevance`; null where nothing is looked for. */
  readonly rank: string | null;
};

export function searchConditions(search: SearchQuery | null, values: StatementValues): SearchConditions {
  if (search === null) return { conditions: [], rank: null };
  const conditions: string[] = [];
  let rank: string | null = null;
  if (search.tsquery !== null) {
    const query = `to_tsquery('english', ${values.add(search.tsquery)})`;
    conditions.push(search.onlyNegations ? `(numnode(${query}) = 0 or v.search @@ ${query})` : `v.search @@ ${query}`);
    rank = `ts_rank(v.search, ${query})`;
  }
  for (const { pattern, negated } of search.beginnings) {
    conditions.push(`${foldedText} ${negated ? '!~' : '~'} ${values.add(pattern)}`);
  }
  return { conditions, rank };
}
