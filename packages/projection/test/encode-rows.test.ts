/** What COPY reads from encoded rows, and what it leaves behind where it fails. */
import { freshDatabase } from '@ledgerline/testkit';
import fc from 'fast-check';
import type { PoolClient } from 'pg';
import tap, { test } from 'tap';
import { type CopyColumns, createViewTransaction, encodeRows } from '../src/index.ts';
import { anyRow, comparable, type EncodedRow, encodedColumns } from './encoded-row.ts';
import { until } from './until.ts';

const { pool } = await freshDatabase(tap);
await pool.query(`
  create schema journal_g1;
  create table journal_g1.rows (
    place integer not null unique, text text, integer integer, bigint bigint, double double precision, boolean boolean,
    date date, timestamptz timestamptz, json json, list text[], range int4range)`);

type Row = EncodedRow & { readonly place: number; readonly range: Buffer | null };
const columns: CopyColumns<Row> = [['place', 'integer'], ...encodedColumns, ['range', 'binary']];
const copyAll = 'copy journal.rows from stdin (format binary)';
const copyTexts = 'copy journal.rows (place, text) from stdin (format binary)';
const textColumns: CopyColumns<Pick<Row, 'place' | 'text'>> = [
  ['place', 'integer'],
  ['text', 'text'],
];
/** `empty`, as int4range sends it. */
const emptyRange = Buffer.from([1]);

/** In a transaction that is rolled back. */
async function inTransaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    return await work(client);
  } finally {
    await client.query('rollback').catch(() => undefined);
    client.release(true);
  }
}

const copyTo = (client: PoolClient) => createViewTransaction(client, 'journal', 'journal_g1').copy;

test('PostgreSQL reads from the encoded rows what they hold', async (t) => {
  const property = fc.asyncProperty(fc.array(anyRow, { maxLength: 20 }), async (some) => {
    const rows = some.map((row, place): Row => ({ ...row, place, range: place % 2 === 0 ? emptyRange : null }));
    const read = await inTransaction(async (client) => {
      await copyTo(client)(copyAll, encodeRows(rows, columns));
      return (await client.query('select * from journal_g1.rows order by place')).rows;
    });
    t.strictSame(
      read.map(({ range }) => range),
      rows.map(({ range }) => range && 'empty'),
    );
    return t.strictSame(JSON.stringify(read.map(comparable)), JSON.stringify(rows.map(comparable)));
  });
  await fc.assert(property, { numRuns: 60 });
});

test('rows beyond what was ever encoded at once arrive whole, and so do those after them', async (t) => {
  const sizes = [10, 5_000_000, 3_000_000, 0, 10];
  const rows = sizes.map((size, place) => ({ place, text: 'ż'.repeat(size) }));
  const read = await inTransaction(async (client) => {
    await copyTo(client)(copyTexts, encodeRows(rows, textColumns));
    const { rows: found } = await client.query<{ size: number; bytes: number }>(
      'select length(text) as size, octet_length(text) as bytes from journal_g1.rows order by place',
    );
    return found;
  });
  t.strictSame(
    read,
    sizes.map((size) => ({ size, bytes: size * 2 })),
  );
});

test('what can not be copied is refused with its state, and the transaction goes on from a savepoint', async (t) => {
  const rows = [1, 1].map((place) => ({ place, text: 'x'.repeat(100_000) }));
  await inTransaction(async (client) => {
    const copy = copyTo(client);
    await client.query('savepoint before');
    await t.rejects(copy(copyTexts, encodeRows(rows, textColumns)), { code: '23505' });
    await client.query('rollback to savepoint before');
    await t.rejects(copy('copy journal.missing from stdin (format binary)', encodeRows(rows, textColumns)), {
      code: '42P01',
    });
    await client.query('rollback to savepoint before');
    await copy(copyTexts, encodeRows(rows.slice(1), textColumns));
    t.equal((await client.query('select 1 from journal_g1.rows')).rowCount, 1);
  });
});

test('a connection that ends while rows are copied ends the copy', { timeout: 20_000 }, async (t) => {
  const rows = Array.from({ length: 2_000 }, (_, place) => ({ place, text: 'x'.repeat(20_000) }));
  await pool.query(`
    create function journal_g1.wait() returns trigger language plpgsql as
      $$ begin if new.place = 1 then perform pg_sleep(60); end if; return new; end $$;
    create trigger waits before insert on journal_g1.rows for each row execute function journal_g1.wait()`);
  await inTransaction(async (client) => {
    client.on('error', () => undefined);
    const { rows: found } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const copying = copyTo(client)(copyTexts, encodeRows(rows, textColumns));
    const ended = t.rejects(copying, /terminat/);
    const pid = found[0]?.pid;
    const sleeping = "select from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'";
    await until(async () => (await pool.query(sleeping, [pid])).rowCount === 1);
    await pool.query('select pg_terminate_backend($1)', [pid]);
    await ended;
  });
});
