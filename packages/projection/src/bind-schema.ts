/**
 * Puts a generation's schema where a statement says its view's name: SQL files say `timeline.versions`,
 * PostgreSQL is sent `timeline_g7.versions`.
 */
import type { ViewName } from './view.ts';

/** Statements are few and fixed; readers that compose theirs must not make this grow for ever. */
const maxCached = 1_000;
const bound = new Map<string, string>();

/** `schema` must be a generation's schema name, `<view>_g<N>`: it goes into the statement as it is. */
export function bindSchema(sql: string, view: ViewName, schema: string): string {
  const key = `${schema}\n${view}\n${sql}`;
  const known = bound.get(key);
  if (known !== undefined) return known;
  if (!/^[a-z]+_g\d+$/.test(schema)) throw new Error(`not a generation's schema: ${schema}`);
  const text = sql.replaceAll(new RegExp(`(?<![\\w.'"])${view}\\.`, 'g'), `${schema}.`);
  if (bound.size >= maxCached) bound.clear();
  bound.set(key, text);
  return text;
}

/** The schema of a view's generation. */
export function schemaOf(view: ViewName, generation: number): string {
  return `${view}_g${generation}`;
}
