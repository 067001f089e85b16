/**
 * A view's tables without its secondary indexes, and the indexes: a build makes them when the rows are there. Keys stay
 * with the tables, since writing goes by them.
 */

export type SplitTables = {
  readonly tables: string;
  /** `create index if not exists …`, one statement each. */
  readonly indexes: readonly string[];
};

const indexStatement = /^create index (?:if not exists )?([a-z0-9_]+)([^;]*);/gim;

/** @param sql of a view: statements end with a semicolon, and no index is an expression with one inside */
export function splitIndexes(sql: string): SplitTables {
  const indexes = [...sql.matchAll(indexStatement)].map(
    ([, name, rest]) => `create index if not exists ${name}${rest}`,
  );
  return { tables: sql.replaceAll(indexStatement, ''), indexes };
}
