/** What changes that a filter leaves cost on the tables of plans.test.ts, and that all ways to them come to the same. */
import { bindSchema } from '@ledgerline/projection';
import type { Pool } from 'pg';
import type { Test } from 'tap';
import { type ChangeRow, type ChangesSpec, changesStatement } from '../../src/changes/changes-statement.ts';
import { findChanges } from '../../src/changes/find-changes.ts';
import type { Way } from '../../src/changes/ways-to-events.ts';
import type { Statement } from '../../src/read-context.ts';
import type { QueryApp } from '../fixture/query-app.ts';
import type { CostReader } from './plan-cost.ts';

type Filled = { readonly query: QueryApp; readonly costs: CostReader };

/** Tests are added to `t`. */
export function testChangesPlans(t: Test, { query, costs }: Filled): void {
  const { pool } = query.database;

  for (const [name, filters] of [
    ['a common filter leaves', { kind: { negated: false, values: ['statement'] } }],
    [
      'two filters leave',
      { kind: { negated: false, values: ['measure'] }, country: { negated: false, values: ['LT'] } },
    ],
    ['a full text leaves', { q: 'fence' }],
    ['nobody has', { tag: { negated: false, values: ['nobody'] } }],
  ] as const) {
    t.test(
      `a step over the last 400 events of a stream of changes that ${name} looks these up and no others`,
      async (t) => {
        const until = await endOf(pool);
        const after = until.map((offset) => offset - 100);
        const spec = { after, until, filters, dateMatch: undefined, from: null, limit: 500 };
        const read = { knownBy: null, languages: ['english'], lastRecorded: null, way: 'keys' } as const;
        const { text, values } = changesStatement(read, spec);
        const { rows, scanned } = await costs.costOfStatement(bind(text), values);
        t.ok(rows <= 8_000, `${rows} rows`);
        t.strictSame(scanned, []);
      },
    );
  }

  for (const [by, filters] of [
    ['versions', measuresOfEstonia],
    ['types', { type: { negated: false, values: ['claims.linked.v1', 'statement.issued.v1'] } }],
  ] as const) {
    t.test(
      `changes that a filter of ${by} leaves are the same by every way to them, and in both directions`,
      async (t) => {
        const until = await endOf(pool);
        const ways: readonly Way[] = ['range', { by, walkedTo: null }, { by, gathered: true }];
        const found = async (way: Way, from: ChangesSpec['from']) => {
          const spec = { after: until.map(() => 0), until, filters, dateMatch: undefined, from, limit: 500 };
          const { text, values } = changesStatement(
            { knownBy: null, languages: ['english'], lastRecorded: null, way },
            spec,
          );
          return (await pool.query<ChangeRow>(bind(text), [...values])).rows;
        };
        const [rows = [], ...others] = await Promise.all(ways.map(async (way) => await found(way, null)));
        t.equal(rows.length, 500);
        for (const other of others) t.same(other, rows);
        const from = rows[400];
        if (from === undefined) throw new Error('too few changes');
        const key = [from.exact_time, from.partition, from.offset] as const;
        for (const way of ways) {
          t.same(await found(way, { direction: 'prev', key }), rows.slice(0, 400).toReversed());
          t.same((await found(way, { direction: 'next', key })).slice(0, 99), rows.slice(401));
        }
      },
    );
  }

  t.test('the last changes that a filter leaves are not gathered among all there are', async (t) => {
    const until = await endOf(pool);
    const range = { after: until.map((offset) => offset - 375), until };
    const { rows, statements } = await search(range, measuresOfEstonia, 1_000);
    t.ok(rows.length > 50 && rows.length < 1_000, `${rows.length} changes`);
    let read = 0;
    for (const { text, values } of statements) read += (await costs.costOfStatement(bind(text), values)).rows;
    t.ok(read < 20_000, `${read} rows`);
  });

  t.test('changes are found where nearly all that a filter leaves lies at the end of the log', async (t) => {
    const until = await endOf(pool);
    const offset = Math.floor((until[0] ?? 0) * 0.95);
    await pool.query("update timeline_g1.versions set terms = terms || '{tag:late}' where from_offset > $1", [offset]);
    await pool.query('vacuum analyze timeline_g1.versions');
    const filters = { tag: { negated: false, values: ['late'] } };
    const { rows, statements } = await search({ after: until.map(() => 0), until }, filters, 100);
    t.equal(rows.length, 100);
    t.ok(rows.every((row) => row.offset > offset));
    t.ok(statements.length > 2, 'walks were in vain');
    t.ok(
      statements.every(({ name }) => name === undefined),
      'no plan is kept for other values',
    );
  });

  /** As a page does it; with the statements that took. */
  async function search(range: Pick<ChangesSpec, 'after' | 'until'>, filters: ChangesSpec['filters'], limit: number) {
    const statements: Statement[] = [];
    const rows = await findChanges(
      {
        knownBy: null,
        languages: () => Promise.resolve(['english']),
        lastRecorded: () => Promise.resolve(null),
        async query<Row>(statement: Statement) {
          if (!statement.text.startsWith('explain')) statements.push(statement);
          return (await pool.query(bind(statement.text), [...(statement.values ?? [])])).rows as Row[];
        },
      },
      { ...range, filters, dateMatch: undefined, from: null, limit },
    );
    return { rows, statements };
  }
}

const measuresOfEstonia = {
  kind: { negated: false, values: ['measure'] },
  country: { negated: false, values: ['EE'] },
};

const bind = (text: string) => bindSchema(bindSchema(text, 'journal', 'journal_g1'), 'timeline', 'timeline_g1');

async function endOf(pool: Pool): Promise<number[]> {
  const { rows } = await pool.query<{ until: number }>(
    "select next_offset as until from projection.checkpoints where view = 'timeline' order by partition",
  );
  return rows.map(({ until }) => until);
}
