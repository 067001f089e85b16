/** The hot statements probe indexes, whatever the planner believes of the arrays it is given. */
import { readSql } from '@ledgerline/database';
import { freshDatabase } from '@ledgerline/testkit';
import tap, { test } from 'tap';
import { preparePostgresLog } from '../src/postgres/postgres-log.ts';
import { PARTITIONS } from './contract/contract.ts';

const { pool } = await freshDatabase(tap);
await preparePostgresLog(pool, PARTITIONS);
await pool.query(`insert into log.receipts select 'urn:s', 'e' || n, n % 4, n, 'h' from generate_series(1, 30000) n`);
await pool.query(`insert into log.batches select n % 4, n, now() from generate_series(1, 30000) n`);
await pool.query(`insert into log.subjects select 's' || n, '{}' from generate_series(1, 30000) n`);
await pool.query(`insert into log.events select n % 4, n, now(), 's', 'c' from generate_series(1, 30000) n`);
await pool.query('vacuum analyze');

const hot: [name: string, file: string, types: string, values: string][] = [
  [
    'the look-up of receipts and states',
    '../src/sql/look-up.sql',
    'text[], text[], text[]',
    `'{urn:s,urn:s}', '{e7,e9999}', '{s1,s2}'`,
  ],
  [
    'the reservation of new ids',
    '../src/sql/reserve-new.sql',
    'text[], text[], int[], bigint[], text[], text[]',
    `'{urn:s,urn:s}', '{new,e9999}', '{1,1}', '{30001,30002}', '{h,h}', '{s1,s2}'`,
  ],
  [
    'the reading of events',
    '../src/postgres/sql/read-events.sql',
    'int, bigint, bigint, int, bigint',
    '1, 500, 20000, 100, 10000',
  ],
];
for (const [name, file, types, values] of hot) {
  await test(`${name} reads no table whole`, async (t) => {
    const client = await pool.connect();
    try {
      await client.query('set plan_cache_mode = force_generic_plan');
      await client.query(`prepare hot (${types}) as ${readSql(new URL(file, import.meta.url))}`);
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain (analyze, costs off) execute hot (${values})`,
      );
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      t.notMatch(plan, /Seq Scan on (receipts|batches|subjects|events)/);
      t.match(plan, /Index/);
      await client.query('deallocate hot');
    } finally {
      client.release();
    }
  });
}
