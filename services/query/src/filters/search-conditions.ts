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

/** Configurations of the claims there are, besides English (search-languages.ts). */
export type Languages = readonly string[];

/**
 * A text is found by English, which every claim is indexed by, or by the configuration of its own language, and by the
 * literal words where English has nothing but stop words to look for; a word that is excluded is so by either.
 * @param alias of the version
 */
export function searchConditions(
  search: SearchQuery | null,
  values: StatementValues,
  languages: Languages,
  alias: 'v' | 'w' = 'v',
): SearchConditions {
  if (search === null) return { conditions: [], rank: null };
  const conditions: string[] = [];
  let rank: string | null = null;
  const { wanted, unwanted, literals, beginnings } = search;
  if (wanted !== null) {
    const queries = queriesOf(wanted, values, languages);
    const [english] = queries as [Query];
    const isLiteral = literals.map((pattern) => `${foldedText(alias)} ~ ${values.add(pattern)}`).join(' and ');
    // PostgreSQL works out at once whether there is a word to look for; what is left of it is the index's own operator.
    const found = queries.map((query) => matches(query, alias));
    conditions.push(`(${found.join(' or ')} or (numnode(${english.tsquery}) = 0 and ${isLiteral}))`);
    rank = queries.map(({ tsquery }) => `ts_rank(${alias}.search, ${tsquery})`).join(', ');
    rank = queries.length === 1 ? rank : `greatest(${rank})`;
  }
  if (unwanted !== null) {
    const found = queriesOf(unwanted, values, languages).map((query) => matches(query, alias));
    conditions.push(`not (${found.join(' or ')})`);
  }
  for (const { pattern, negated } of beginnings) {
    // In a case PostgreSQL takes it for no rarer than half of what the index finds. Taken for rare, it had the text of all
    // 80,000 of them folded and sorted for a page of fifty: 6 s, where a walk in order takes 10 ms.
    conditions.push(`case when ${foldedText(alias)} ~ ${values.add(pattern)} then ${!negated} else ${negated} end`);
  }
  return { conditions, rank };
}

type Query = { readonly tsquery: string /** null: of every claim. */; readonly config: string | null };

/** English first, then each language of its own. */
function queriesOf(words: string, values: StatementValues, languages: Languages): Query[] {
  const text = values.add(words);
  const others = languages.map((language): Query => {
    const config = values.add(language);
    return { tsquery: `to_tsquery(${config}::text::regconfig, ${text})`, config: `${config}::text` };
  });
  return [{ tsquery: `to_tsquery('english', ${text})`, config: null }, ...others];
}

function matches({ tsquery, config }: Query, alias: 'v' | 'w'): string {
  const found = `${alias}.search @@ ${tsquery}`;
  return config === null ? found : `(${alias}.search_config = ${config} and ${found})`;
}
