/** Several statements at once say what they would have said one by one. */
import { freshDatabase } from '@ledgerline/testkit';
import * as fc from 'fast-check';
import type { PoolClient } from 'pg';
import t from 'tap';
import { inOneTrip, type TripStatement, toArrayLiteral, withOwnTransaction } from '../src/index.ts';

const statement = (name: string, text: string, ...values: (string | null)[]): TripStatement => ({ name, text, values });
const begin = statement('begin', 'begin');
const commit = statement('commit', 'commit');
const insert = (number: string | null) =>
  statement('insert', 'insert into note values ($1) returning number, null', number);
const select = statement('select', 'select number from note order by number');
const divide = (by: string) => statement('divide', 'select 1 / $1::int', by);

/** pg prepares a statement when it is first run: the trips are those after. */
async function prepared(client: PoolClient): Promise<void> {
  await inOneTrip(client, [begin, insert('0'), select, divide('1'), commit]);
}

t.test('results are those of the statements in order, prepared before or not', async (t) => {
  const { pool } = await freshDatabase(t);
  await pool.query('create table note (number int)');
  await withOwnTransaction(pool, async (client) => {
    const trip = [
      begin,
      insert('1'),
      insert(null),
      select,
      statement('count', 'update note set number = number'),
      commit,
    ];
    const first = await inOneTrip(client, trip);
    t.same(
      first.map(({ rows }) => rows),
      [[], [['1', null]], [[null, null]], [['1'], [null]], [], []],
    );
    t.same(
      first.map(({ count }) => count),
      [0, 1, 1, 2, 2, 0],
    );
    const second = await inOneTrip(client, trip);
    t.same(
      second.map(({ rows }) => rows),
      [[], [['1', null]], [[null, null]], [['1'], ['1'], [null], [null]], [], []],
    );
    t.same(
      second.map(({ count }) => count),
      [0, 1, 1, 4, 4, 0],
    );
    t.same((await client.query('select count(*) from note')).rows, [{ count: 4 }], 'the connection goes on as before');
  });
});

t.test('what comes after a statement that fails is not run, and the transaction can be rolled back', async (t) => {
  const { pool } = await freshDatabase(t);
  await pool.query('create table note (number int)');
  for (const before of [prepared, async () => undefined]) {
    await t.rejects(
      withOwnTransaction(pool, async (client) => {
        await before(client);
        await inOneTrip(client, [begin, insert('7'), divide('0'), insert('8'), commit]);
      }),
      { code: '22012' },
    );
    t.same((await pool.query('select number from note where number > 0')).rows, []);
  }
  t.equal(pool.totalCount, 1, 'the connection is good still');
  t.equal(pool.idleCount, 1);
});

t.test('each statement sees what others have committed before it began', async (t) => {
  const { pool } = await freshDatabase(t);
  await pool.query('create table lane (n int); insert into lane values (1)');
  const lock = statement('lock', 'select n from lane for update');
  const look = statement('look', 'select n from lane');
  const holder = await pool.connect();
  const waiter = await pool.connect();
  await inOneTrip(waiter, [begin, lock, look, commit]);
  await holder.query('begin; update lane set n = 2');
  const waiting = inOneTrip(waiter, [begin, lock, look, commit]);
  await holder.query('commit');
  t.same(
    (await waiting).map(({ rows }) => rows),
    [[], [['2']], [['2']], []],
  );
  holder.release();
  waiter.release();
});

t.test('a connection that ends in the middle is an error, and is thrown away', async (t) => {
  const { pool } = await freshDatabase(t);
  await pool.query('create table note (number int)');
  await t.rejects(
    withOwnTransaction(pool, async (client) => {
      await prepared(client);
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      await inOneTrip(client, [begin, insert('9')]);
      await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      await inOneTrip(client, [select, commit]);
    }),
  );
  t.same((await pool.query('select number from note where number = 9')).rows, []);
});

t.test('an array written by us is read as it was given', async (t) => {
  const { pool } = await freshDatabase(t);
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }).filter((one) => one.isWellFormed() && !one.includes('\0')),
    fc.constantFrom('', 'null', 'NULL', '{}', '"', '\\', 'a,b', ' a', 'a ', 'urn:x:y', 'a\nb', '%', '/'),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(text)), fc.array(fc.integer()), async (texts, numbers) => {
      const values = [toArrayLiteral(texts), toArrayLiteral(numbers)];
      const { rows } = await pool.query('select $1::text[] as texts, $2::int[] as numbers', values);
      t.same(rows, [{ texts, numbers }]);
    }),
    { numRuns: 300 },
  );
});
