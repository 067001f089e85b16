import { freshDatabase } from '@ledgerline/testkit';
import fc from 'fast-check';
import { test } from 'tap';
import { type Columns, encodeColumns } from '../src/index.ts';

type Row = {
  readonly text: string | null;
  readonly integer: number | null;
  readonly bigint: number | null;
  readonly double: number | null;
  readonly boolean: boolean | null;
  readonly date: string | null;
  readonly timestamptz: string | null;
  readonly json: unknown;
  readonly list: readonly string[];
};

const columns: Columns<Row> = [
  ['text', 'text'],
  ['integer', 'integer'],
  ['bigint', 'bigint'],
  ['double', 'double'],
  ['boolean', 'boolean'],
  ['date', 'date'],
  ['timestamptz', 'timestamptz'],
  ['json', 'json'],
  ['list', 'list'],
];

const statement = `
  select text, integer, bigint, double, boolean, date, timestamptz, json::jsonb as json,
    string_to_array(list, e'\\x1f') as list
  from unnest($1::text[], $2::integer[], $3::bigint[], $4::double precision[], $5::boolean[], $6::date[],
    $7::timestamptz[], $8::text[], $9::text[])
    with ordinality as r (text, integer, bigint, double, boolean, date, timestamptz, json, list, place)
  order by place`;

const storable = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replaceAll('\u0000', ''));
const day = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 4 });

const anyRow: fc.Arbitrary<Row> = fc.record({
  text: orNull(storable),
  integer: orNull(fc.integer()),
  bigint: orNull(fc.maxSafeInteger()),
  double: orNull(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
  boolean: orNull(fc.boolean()),
  date: orNull(day.map((value) => value.toISOString().slice(0, 10))),
  timestamptz: orNull(day.map((value) => value.toISOString())),
  json: orNull(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.oneof(storable, fc.integer(), fc.boolean()))),
  list: fc.array(fc.stringMatching(/^[^\u0000-\u001f]{1,9}$/u), { maxLength: 4 }),
});

test('PostgreSQL reads from the encoded columns what the rows hold', async (t) => {
  const { pool } = await freshDatabase(t);
  const property = fc.asyncProperty(fc.array(anyRow, { maxLength: 20 }), async (rows) => {
    const result = await pool.query(statement, encodeColumns(rows, columns));
    return t.strictSame(JSON.stringify(result.rows.map(sorted)), JSON.stringify(rows.map(sorted)));
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

/** Keys in one order; -0 is 0 in JSON. */
function sorted(row: Row): unknown {
  const json = row.json === null ? null : inKeyOrder(row.json as Record<string, unknown>);
  return { ...Object.fromEntries(columns.map(([key]) => [key, row[key]])), json };
}

const inKeyOrder = (value: Record<string, unknown>) =>
  Object.fromEntries(
    Object.keys(value)
      .toSorted((a, b) => (a < b ? -1 : 1))
      .map((key) => [key, value[key]]),
  );
