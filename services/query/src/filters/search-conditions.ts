/** A search as conditions on a claim's version, and its rank. */
import type { SearchQuery } from './search-query.ts';
import type { StatementValues } from './statement-values.ts';

/**
 * The text that `v.search` was made of, folded as packages/events does it. Only for rows that the index has found.
 * \u0300-\u036f are the marks that normal form D takes off Latin, Greek and Cyrillic letters.
 */
const foldedText = (alias: 'v' | 'w') => String.raw`translate(
  regexp_replace(
    normalize(
      lower(concat_ws(E'\n', ${alias}.data ->> 'title', ${alias}.data ->> 'summary', ${alias}.data ->> 'content',
        (select string_agg(r ->> 'excerpt', E'\n') from json_array_elements(${alias}.data -> 'reports') r))),
      nfd),
    U&'[\0300-\036f]', '', 'g'),
  'łøđ', 'lod')`;

export type SearchConditions = {
  readonly conditions: readonly string[];
  /** For `order=-relevance`; null where nothing is looked for. */
  readonly rank: string | null;
};

/** @param alias of the version */
export function searchConditions(
  search: SearchQuery | null,
  values: StatementValues,
  alias: 'v' | 'w' = 'v',
): SearchConditions {
  if (search === null) return { conditions: [], rank: null };
  const conditions: string[] = [];
  let rank: string | null = null;
  if (search.tsquery !== null) {
    const query = `to_tsquery('english', ${values.add(search.tsquery)})`;
    conditions.push(
      search.onlyNegations ? `(numnode(${query}) = 0 or ${alias}.search @@ ${query})` : `${alias}.search @@ ${query}`,
    );
    rank = `ts_rank(${alias}.search, ${query})`;
  }
  for (const { pattern, negated } of search.beginnings) {
    // In a case PostgreSQL takes it for no rarer than half of what the index finds. Taken for rare, it had the text of all
    // 80,000 of them folded and sorted for a page of fifty: 6 s, where a walk in order takes 10 ms.
    conditions.push(`case when ${foldedText(alias)} ~ ${values.add(pattern)} then ${!negated} else ${negated} end`);
  }
  return { conditions, rank };
}
