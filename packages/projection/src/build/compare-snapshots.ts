/**
 * Compares two builds of a view row by row. Sums of row hashes a partition say in one pass whether there is a
 * difference; only where there is one are the rows themselves walked, side by side in the order of their keys.
 */

import { partitionOf } from '@ledgerline/log';
import type { ClientBase } from 'pg';
import { sumOfHashes } from '../sum-of-hashes.ts';
import { countDifferences, type DifferenceCount, type DifferenceKind, type Differences } from './differences.ts';
import type { Snapshot } from './snapshot.ts';
import { listViewTables, qualify, quote, rowHash, rowKey, type ViewTable } from './view-table.ts';

const pageSize = 5_000;

export type CompareOptions = {
  /** Only rows of these subjects. */
  readonly subjects?: readonly string[];
  readonly signal?: AbortSignal;
};

/** Both must be at one position. @throws where they are not: unequal rows would prove nothing */
export async function compareSnapshots(
  expected: Snapshot,
  found: Snapshot,
  options: CompareOptions = {},
): Promise<Differences> {
  if (expected.offsets.join() !== found.offsets.join()) throw new Error('two builds at two positions were compared');
  const differences = countDifferences();
  const tables = unite(
    await listViewTables(expected.client, expected.generation),
    await listViewTables(found.client, found.generation),
  );
  for (const [inExpected, inFound] of tables) {
    options.signal?.throwIfAborted();
    const [should, is] = await Promise.all([sumsOf(expected, inExpected, options), sumsOf(found, inFound, options)]);
    for (const partition of new Set([...should.keys(), ...is.keys()])) {
      differences.rows(partition, should.get(partition)?.count ?? 0, is.get(partition)?.count ?? 0);
    }
    const isSame =
      should.size === is.size && [...should].every(([partition, { sum }]) => is.get(partition)?.sum === sum);
    if (!isSame) await walk(expected, inExpected, found, inFound, differences, options);
  }
  return differences.total();
}

/** By name; a table that one of them lacks is empty there. */
function unite(expected: ViewTable[], found: ViewTable[]): [ViewTable | null, ViewTable | null][] {
  const names = new Set([...expected, ...found].map(({ name }) => name));
  const named = (tables: ViewTable[], wanted: string) => tables.find(({ name }) => name === wanted) ?? null;
  return [...names].map((name) => [named(expected, name), named(found, name)]);
}

type Sum = { readonly count: number; readonly sum: string };

async function sumsOf(
  { client, generation }: Snapshot,
  table: ViewTable | null,
  { subjects }: CompareOptions,
): Promise<Map<number | null, Sum>> {
  if (table === null) return new Map();
  const partition = table.columns.includes('partition') ? 'r.partition' : 'null::integer';
  const { sum, once } = sumOfHashes(
    `select ${partition} as partition, ${rowHash(table)} as hash from ${qualify(generation, table)} r
     where ${ofSubjects(table, subjects)}`,
  );
  const { rows } = await client.query<{ partition: number | null; count: number; sum: string }>(
    `select partition, count(*) as count, ${sum} as sum from ${once} group by partition`,
    subjects === undefined ? [] : [subjects],
  );
  return new Map(rows.map((row) => [row.partition, row]));
}

function ofSubjects(table: ViewTable, subjects: readonly string[] | undefined): string {
  return subjects === undefined || !table.columns.includes('subject') ? 'true' : 'r.subject = any ($1::text[])';
}

async function walk(
  expected: Snapshot,
  inExpected: ViewTable | null,
  found: Snapshot,
  inFound: ViewTable | null,
  differences: DifferenceCount,
  options: CompareOptions,
): Promise<void> {
  const should = readRows(expected, inExpected, options);
  const is = readRows(found, inFound, options);
  const partitions = expected.offsets.length;
  const tell = async (kind: DifferenceKind, key: string): Promise<void> => {
    const parsed = JSON.parse(key) as Readonly<Record<string, unknown>>;
    const isNamed = kind === 'changed' && differences.wantsExamples();
    const columns = isNamed ? await changedColumns(expected, inExpected, found, inFound, key) : [];
    const table = (inExpected ?? inFound)?.name ?? '';
    differences.differs({ kind, table, partition: partitionIn(parsed, partitions), key: parsed, columns });
  };
  let [left, right] = [await should.next(), await is.next()];
  while (!left.done || !right.done) {
    options.signal?.throwIfAborted();
    const order = left.done ? 1 : right.done ? -1 : compareText(left.value.key, right.value.key);
    if (order < 0 && !left.done) await tell('missing', left.value.key);
    if (order > 0 && !right.done) await tell('extra', right.value.key);
    if (order === 0 && !left.done && !right.done && left.value.hash !== right.value.hash) {
      await tell('changed', left.value.key);
    }
    if (order <= 0) left = await should.next();
    if (order >= 0) right = await is.next();
  }
}

function partitionIn(key: Readonly<Record<string, unknown>>, partitions: number): number | null {
  if (typeof key['partition'] === 'number') return key['partition'];
  return typeof key['subject'] === 'string' ? partitionOf(key['subject'], partitions) : null;
}

type Row = { readonly key: string; readonly hash: string };

/** In the order of their keys' bytes, as PostgreSQL's "C" has it; equal keys by hash. */
async function* readRows(
  { client, generation }: Snapshot,
  table: ViewTable | null,
  { subjects }: CompareOptions,
): AsyncGenerator<Row, undefined> {
  if (table === null) return undefined;
  await client.query(
    `declare compared no scroll cursor for
     select key, hash from (select ${rowKey(table)} as key, ${rowHash(table)} as hash
       from ${qualify(generation, table)} r where ${ofSubjects(table, subjects)}) keyed
     order by key collate "C", hash`,
    subjects === undefined ? [] : [subjects],
  );
  for (;;) {
    const { rows } = await client.query<Row>(`fetch ${pageSize} from compared`);
    yield* rows;
    if (rows.length < pageSize) break;
  }
  await client.query('close compared');
  return undefined;
}

/** Code points as UTF-8 orders them. */
function compareText(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

async function changedColumns(
  expected: Snapshot,
  inExpected: ViewTable | null,
  found: Snapshot,
  inFound: ViewTable | null,
  key: string,
): Promise<string[]> {
  if (inExpected === null || inFound === null) return [];
  const should = await readRow(expected.client, qualify(expected.generation, inExpected), inExpected, key);
  const is = await readRow(found.client, qualify(found.generation, inFound), inFound, key);
  return [...new Set([...Object.keys(should), ...Object.keys(is)])].filter((column) => should[column] !== is[column]);
}

/** Columns as text. */
async function readRow(
  client: ClientBase,
  from: string,
  table: ViewTable,
  key: string,
): Promise<Readonly<Record<string, string | null>>> {
  const fields = table.columns.map((column) => `'${column.replaceAll("'", "''")}', r.${quote(column)}::text`);
  const same = table.key.map((column) => `r.${quote(column)} is not distinct from k.${quote(column)}`);
  const { rows } = await client.query<{ row: Readonly<Record<string, string | null>> }>(
    `select json_build_object(${fields.join(', ')}) as row
     from ${from} r, json_populate_record(null::${from}, $1::json) k
     where ${same.join(' and ')} limit 1`,
    [key],
  );
  return rows[0]?.row ?? {};
}
