/**
 * A generation's rows in canonical form, to compare builds of a view: the same log gives the same rows, in whatever
 * way it was delivered. Rows are JSON text with times in UTC, sorted, so that two dumps can be merged.
 */
import { createHash } from 'node:crypto';
import { readSql, withTransaction } from '@ledgerline/database';
import type { ClientBase, Pool } from 'pg';
import { bindSchema, schemaOf } from './bind-schema.ts';
import { positionFragment } from './position-fragment.ts';
import { sumOfHashes } from './sum-of-hashes.ts';
import type { ViewName } from './view.ts';

export type DumpedRow = { readonly table: string; readonly row: string };

export type ViewChecksum = {
  /** The position the checksum is true of: next offset by partition. */
  readonly offsets: readonly number[];
  readonly rows: Readonly<Record<string, number>>;
  /** The same for the same rows, in whatever order; hexadecimal. */
  readonly checksum: string;
};

const listTablesSql = readSql(new URL('./sql/list-view-tables.sql', import.meta.url));
const pageSize = 1_000;

/** Table by table, rows sorted by their text. One snapshot, held until the iteration ends. */
export async function* dumpView(pool: Pool, view: ViewName, generation: number): AsyncGenerator<DumpedRow> {
  const client = await pool.connect();
  let failed: Error | undefined;
  try {
    await client.query("begin isolation level repeatable read read only; set local time zone 'UTC'");
    for (const table of await listTables(client, view, generation)) {
      const { name, from } = table;
      await client.query(
        `declare dumped no scroll cursor for select row from (select row_to_json(r)::text as row from ${from} r) t order by row collate "C"`,
      );
      for (;;) {
        const page = await client.query<{ row: string }>(`fetch ${pageSize} from dumped`);
        for (const { row } of page.rows) yield { table: name, row };
        if (page.rows.length < pageSize) break;
      }
      await client.query('close dumped');
    }
    await client.query('commit');
  } catch (error) {
    failed = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    // Left early, the transaction is still open: the connection goes.
    client.release(failed ?? true);
  }
}

/**
 * Of all rows, made in PostgreSQL: a sum of row hashes, so that no sorting is needed.
 * @param onHeld the rows are fixed from now on, whatever is written meanwhile
 */
export async function checksumView(
  pool: Pool,
  view: ViewName,
  generation: number,
  onHeld: () => void = () => undefined,
): Promise<ViewChecksum> {
  return await withTransaction(
    pool,
    async (client) => {
      await client.query("set local time zone 'UTC'");
      const position = await client.query<{ position: { offsets: number[] } | null }>(
        `select ${positionFragment({ view, generation })} as position`,
      );
      onHeld();
      const rows: Record<string, number> = {};
      const sums: string[] = [];
      for (const { name, from } of await listTables(client, view, generation)) {
        const result = await client.query<{ count: number; sum: string }>(checksumOf(from));
        const [row] = result.rows;
        rows[name] = row?.count ?? 0;
        sums.push(`${name}:${row?.count ?? 0}:${row?.sum ?? '0'}`);
      }
      const checksum = createHash('sha256').update(sums.join('\n')).digest('hex');
      return { offsets: position.rows[0]?.position?.offsets ?? [], rows, checksum };
    },
    { isolation: 'repeatable read', readOnly: true },
  );
}

function checksumOf(from: string): string {
  const { sum, once } = sumOfHashes(`select md5(row_to_json(r)::text) as hash from ${from} r`);
  return `select count(*) as count, coalesce(${sum}, '0:0') as sum from ${once}`;
}

async function listTables(client: ClientBase, view: ViewName, generation: number) {
  const schema = schemaOf(view, generation);
  const result = await client.query<{ name: string }>(listTablesSql, [schema]);
  return result.rows.map(({ name }) => ({ name, from: bindSchema(`${view}.${name}`, view, schema) }));
}
