import { freshDatabase } from '@ledgerline/testkit';
import fc from 'fast-check';
import { test } from 'tap';
import { encodeColumns } from '../src/index.ts';
import { anyRow, comparable, encodedColumns } from './encoded-row.ts';

const statement = `
  select text, integer, bigint, double, boolean, date, timestamptz, json::jsonb as json,
    string_to_array(list, e'\\x1f') as list
  from unnest($1::text[], $2::integer[], $3::bigint[], $4::double precision[], $5::boolean[], $6::date[],
    $7::timestamptz[], $8::text[], $9::text[])
    with ordinality as r (text, integer, bigint, double, boolean, date, timestamptz, json, list, place)
  order by place`;

test('PostgreSQL reads from the encoded columns what the rows hold', async (t) => {
  const { pool } = await freshDatabase(t);
  const property = fc.asyncProperty(fc.array(anyRow, { maxLength: 20 }), async (rows) => {
    const result = await pool.query(statement, encodeColumns(rows, encodedColumns));
    return t.strictSame(JSON.stringify(result.rows.map(comparable)), JSON.stringify(rows.map(comparable)));
  });
  await fc.assert(property, { numRuns: 60 });
});

test('texts beyond what is written at once, and short ones that are not ASCII to the end, arrive whole', async (t) => {
  const { pool } = await freshDatabase(t);
  const texts = [
    'x'.repeat(3_000_000),
    `${'y'.repeat(47)}ł`,
    'z'.repeat(48),
    'ż'.repeat(48),
    'w'.repeat(49),
    '',
    '😀',
    null,
  ];
  const rows = texts.map((text) => ({ text }));
  const values = encodeColumns(rows, [['text', 'text']]);
  const result = await pool.query('select unnest($1::text[]) as text', values);
  t.strictSame(result.rows, rows);
});

test('timestamps before 1970, after 2285 and twice in a row are told apart to the millisecond', async (t) => {
  const { pool } = await freshDatabase(t);
  const at = ['1969-12-31T23:59:59.999Z', '2026-01-01T00:00:00.001Z', '2026-01-01T00:00:00.001Z']
    .concat(
      '2026-01-01T00:00:00.002Z',
      '2285-06-05T00:00:00.001Z',
      '9999-12-31T23:59:59.999Z',
      '0001-01-01T00:00:00.000Z',
    )
    .map((timestamp) => ({ at: timestamp }));
  const result = await pool.query('select unnest($1::timestamptz[]) as at', encodeColumns(at, [['at', 'timestamptz']]));
  t.strictSame(JSON.parse(JSON.stringify(result.rows)), at);
});
