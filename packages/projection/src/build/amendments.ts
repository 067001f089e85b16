/**
 * What becomes different for readers without an event (docs/decisions/0021): which claims the rows that are read from now
 * on may show otherwise than those before. Never too few; readers compare the claims themselves.
 */
import { readSql } from '@ledgerline/database';
import type { ClientBase } from 'pg';
import type { Generation } from '../generation.ts';
import type { View, ViewName } from '../view.ts';
import { listViewTables, qualify, quote, rowHash, type ViewTable } from './view-table.ts';

/** Subjects; null: more than are worth naming. */
export type AmendedClaims = readonly string[] | null;

export type Amendment = {
  readonly view: ViewName;
  /** null: its rows were replaced in place. */
  readonly before: number | null;
  readonly after: number;
  /** Where what was live stood still; null: this partition did not. */
  readonly offsets: readonly (number | null)[];
  readonly claims: AmendedClaims;
};

/** Whoever is told of more reads everything anew with less effort. */
const mostNamed = 1_000;

const sql = {
  insert: readSql(new URL('./sql/insert-amendment.sql', import.meta.url)),
  since: readSql(new URL('./sql/amended-since.sql', import.meta.url)),
};

/** The caller holds the view's lock until it commits, with what it says. */
export async function recordAmendment(client: ClientBase, amendment: Amendment): Promise<void> {
  const { view, before, after, offsets, claims } = amendment;
  await client.query(sql.insert, [view, before, after, offsets, named(claims)]);
}

/**
 * The claims named by rows that are not the same in both, by what both versions of the view have: a column that only one
 * knows is no difference.
 * @param subject of which alone
 */
export async function findAmended(
  client: ClientBase,
  { claimColumns = [] }: Pick<View, 'claimColumns'>,
  before: Generation,
  after: Generation,
  subject?: string,
): Promise<AmendedClaims> {
  const claims = new Set<string>();
  const others = await listViewTables(client, after);
  for (const table of await listViewTables(client, before)) {
    const other = others.find(({ name }) => name === table.name);
    if (other === undefined) continue;
    const columns = table.columns.filter((column) => other.columns.includes(column));
    const names = claimColumns.filter((column) => columns.includes(column));
    if (names.length === 0) continue;
    const rows = await differingRows(client, { ...table, columns }, names, before, after, subject);
    for (const claim of rows) claims.add(claim);
  }
  return named([...claims]);
}

async function differingRows(
  client: ClientBase,
  table: ViewTable,
  names: readonly string[],
  before: Generation,
  after: Generation,
  subject: string | undefined,
): Promise<string[]> {
  const rowsOf = (generation: Generation) =>
    `select array[${names.map((name) => `r.${quote(name)}`).join(', ')}] as names, ${rowHash(table)} as hash
     from ${qualify(generation, table)} r ${subject === undefined ? '' : 'where r.subject = $1'}`;
  const { rows } = await client.query<{ claim: string }>(
    `select distinct claim
     from (${rowsOf(before)}) b
     full join (${rowsOf(after)}) a using (hash)
     cross join lateral unnest(coalesce(b.names, a.names)) as claim
     where (a.names is null or b.names is null) and claim is not null
     limit ${mostNamed + 1}`,
    subject === undefined ? [] : [subject],
  );
  return rows.map(({ claim }) => claim);
}

/** Back to the generation before. @param isOtherVersion another program fed it: it may differ in whatever came since */
export async function amendedByRollback(
  client: ClientBase,
  { view, live, kept, isOtherVersion }: { view: ViewName; live: number; kept: number; isOtherVersion: boolean },
): Promise<AmendedClaims> {
  if (isOtherVersion) return null;
  type Row = { begun: number; unnamed: boolean | null; subjects: string[] };
  const { rows } = await client.query<Row>(sql.since, [view, kept, live]);
  const [row] = rows;
  // Promoted before such lines were kept: nobody knows.
  if (row === undefined || row.begun === 0 || row.unnamed === true) return null;
  return named(row.subjects);
}

function named(claims: AmendedClaims): AmendedClaims {
  return claims === null || claims.length > mostNamed ? null : claims.toSorted();
}
