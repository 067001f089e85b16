/** Columns become exact values or faults, for one pool and nobody else. */
import { freshDatabase } from '@ledgerline/testkit';
import * as fc from 'fast-check';
import { Pool } from 'pg';
import t from 'tap';
import { parseInt8, parseTimestamptz } from '../src/column-types.ts';

t.test('an integer comes back as the number it is, or not at all', async (t) => {
  fc.assert(fc.property(fc.maxSafeInteger(), (value) => parseInt8(String(value)) === value));
  const unsafe = fc.bigInt(2n ** 53n, 2n ** 63n - 1n);
  fc.assert(
    fc.property(unsafe, (value) => {
      t.throws(() => parseInt8(String(value)), RangeError);
    }),
    { numRuns: 20 },
  );
});

t.test('an instant comes back as itself in UTC, whatever zone the server writes it in', async (t) => {
  const { pool } = await freshDatabase(t);
  const instants = fc.date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true });
  const zones = fc.constantFrom('UTC', 'Europe/Vilnius', 'Asia/Kathmandu', 'America/St_Johns');
  await fc.assert(
    fc.asyncProperty(instants, zones, async (instant, zone) => {
      const client = await pool.connect();
      try {
        await client.query(`set timezone = '${zone}'`);
        const { rows } = await client.query<{ at: string }>('select $1::timestamptz as at', [instant.toISOString()]);
        return rows[0]?.at === instant.toISOString();
      } finally {
        client.release(true);
      }
    }),
    { numRuns: 40 },
  );
  t.equal(parseTimestamptz('2021-08-25 10:11:12.9999+02'), '2021-08-25T08:11:12.999Z', 'cut off, not rounded');
  t.throws(() => parseTimestamptz('infinity'), RangeError);
});

t.test('days, arrays and nulls have the same types', async (t) => {
  const { pool } = await freshDatabase(t);
  const { rows } = await pool.query(`select date '2021-08-25' as day, 12::bigint as number,
    array[1, null, 3]::bigint[] as numbers, array[date '2021-01-01'] as days,
    array[timestamptz '2021-01-01 00:00:00.5+00'] as instants, '{}'::bigint[] as nothing,
    null::bigint as absent, '{"a": 1}'::jsonb as parsed`);
  t.strictSame(rows, [
    {
      day: '2021-08-25',
      number: 12,
      numbers: [1, null, 3],
      days: ['2021-01-01'],
      instants: ['2021-01-01T00:00:00.500Z'],
      nothing: [],
      absent: null,
      parsed: { a: 1 },
    },
  ]);
});

t.test('a number too large to be exact fails its query, and the connection goes on', async (t) => {
  const { pool } = await freshDatabase(t);
  const client = await pool.connect();
  await t.rejects(client.query('select 9007199254740993 as number'), RangeError);
  t.same((await client.query('select 1 as one')).rows, [{ one: 1 }]);
  client.release();
});

t.test("another user of pg in this process keeps pg's own types", async (t) => {
  const { connection } = await freshDatabase(t);
  const other = new Pool(connection);
  const { rows } = await other.query<{ number: unknown; day: unknown }>(
    "select 1::bigint as number, date '2021-01-01' as day",
  );
  await other.end();
  t.equal(rows[0]?.number, '1');
  t.ok(rows[0]?.day instanceof Date);
});
