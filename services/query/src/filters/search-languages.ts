/**
 * Which languages there are to search in besides English. What was read once holds for every position held by then, so that
 * it is read again only when the view has moved on.
 */
import { readSql } from '@ledgerline/database';
import type { Offsets } from '@ledgerline/log';
import { bindSchema } from '@ledgerline/projection';
import type { Pool } from 'pg';
import type { Languages } from './search-conditions.ts';
import { parseSearch } from './search-query.ts';

type Known = { readonly at: Offsets; readonly languages: Languages };

const sql = readSql(new URL('./sql/search-languages.sql', import.meta.url));
const knownOf = new WeakMap<Pool, Map<string, Known>>();

/** @param schema of the timeline's generation; @param at a position that it holds by now; @param q what is looked for */
export async function searchLanguages(
  pool: Pool,
  schema: string,
  at: Offsets,
  q: string | undefined,
): Promise<Languages> {
  if (q === undefined || parseSearch(q) === null) return [];
  const known = lastKnown(pool).get(schema);
  if (known !== undefined && covers(known.at, at)) return known.languages;
  const { rows } = await pool.query<{ config: string }>({
    name: `${schema}.search-languages`,
    text: bindSchema(sql, 'timeline', schema),
  });
  const languages = rows.map(({ config }) => config);
  lastKnown(pool).set(schema, { at, languages });
  return languages;
}

/** Those that were read last, of whichever position; none where there were none yet. */
export function lastSearchLanguages(pool: Pool, schema: string): Languages {
  return lastKnown(pool).get(schema)?.languages ?? [];
}

function lastKnown(pool: Pool): Map<string, Known> {
  const known = knownOf.get(pool) ?? new Map<string, Known>();
  knownOf.set(pool, known);
  return known;
}

const covers = (held: Offsets, wanted: Offsets) =>
  wanted.every((offset, partition) => (held[partition] ?? 0) >= offset);
