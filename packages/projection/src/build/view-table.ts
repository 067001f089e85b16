/** A table of a generation as comparisons see it: its columns, its key, and the statements that are made of them. */
import { readSql } from '@ledgerline/database';
import type { ClientBase } from 'pg';
import type { Generation } from '../generation.ts';

export type ViewTable = {
  readonly name: string;
  readonly columns: readonly string[];
  /** Of the primary key; all columns where there is none. */
  readonly key: readonly string[];
};

const sql = {
  tables: readSql(new URL('../sql/list-view-tables.sql', import.meta.url)),
  columns: readSql(new URL('./sql/list-columns.sql', import.meta.url)),
};

export async function listViewTables(client: ClientBase, { schema }: Generation): Promise<ViewTable[]> {
  const { rows } = await client.query<{ name: string }>(sql.tables, [schema]);
  const tables: ViewTable[] = [];
  for (const { name } of rows) {
    const found = await client.query<{ name: string; is_key: boolean }>(sql.columns, [`${schema}.${quote(name)}`]);
    const columns = found.rows.map((column) => column.name);
    const key = found.rows.filter(({ is_key }) => is_key).map((column) => column.name);
    tables.push({ name, columns, key: key.length > 0 ? key : columns });
  }
  return tables;
}

export function qualify({ schema }: Generation, { name }: ViewTable): string {
  return `${schema}.${quote(name)}`;
}

export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Of row `r`: a hash of all its columns, by name, so that the order of the columns does not count. */
export function rowHash({ columns }: ViewTable): string {
  return `md5(json_build_array(${columns
    .toSorted()
    .map((column) => `r.${quote(column)}`)
    .join(', ')})::text)`;
}

/** Of row `r`: its key as JSON text, the same for the same key in every build. */
export function rowKey({ key }: ViewTable): string {
  return `json_build_object(${key.map((column) => `'${column.replaceAll("'", "''")}', r.${quote(column)}`).join(', ')})::text`;
}
