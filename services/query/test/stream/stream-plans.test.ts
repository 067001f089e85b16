/** What streams and replays read costs what it spans, however long the log is. */
import { bindSchema } from '@ledgerline/projection';
import t from 'tap';
import { copyStatement } from '../../src/events/copy-events.ts';
import { eventsRangeStatement } from '../../src/stream/event-feed.ts';
import { createQueryApp } from '../fixture/query-app.ts';

const query = await createQueryApp(t);
const { pool } = query.database;
await pool.query(`
  insert into journal_g1.events (partition, "offset", recorded_at, source, id, subject, type, event, terms)
  select n % 4, n / 4, timestamptz '2026-06-01' + n * interval '1 ms', 'urn:x:y', 'bulk-' || n, 's' || n % 100, 't', '{}', '{}'
  from generate_series(0, 99999) as n`);
await pool.query('vacuum analyze journal_g1.events');
const after = [5_000, 5_000, 5_000, 5_000];
const until = [5_100, 5_100, 5_100, 5_100];

type Analyzed = { readonly text: string; readonly rowsRead: number };

/** Rows that scans of tables and indexes gave, those included that a filter took away. */
async function analyze(statement: string, values: readonly unknown[] = []): Promise<Analyzed> {
  const bound = bindSchema(statement, 'journal', 'journal_g1');
  const result = await pool.query<{ 'QUERY PLAN': string }>(`explain (analyze, costs off) ${bound}`, [...values]);
  const lines = result.rows.map((row) => row['QUERY PLAN']);
  let rowsRead = 0;
  let scan: number | null = null;
  for (const line of lines) {
    const node = /Scan .*rows=([\d.]+) loops=(\d+)/.exec(line);
    if (node) scan = Number(node[2]);
    if (node) rowsRead += Number(node[1]) * Number(node[2]);
    const removed = /Rows Removed by (?:Filter|Index Recheck): (\d+)/.exec(line);
    if (removed) rowsRead += Number(removed[1]) * (scan ?? 1);
  }
  return { text: lines.join('\n'), rowsRead };
}

for (const [name, filters] of [
  ['all', {}],
  ['what a filter leaves', { source: { negated: true, values: ['urn:other'] } }],
  ['nothing', { kind: { negated: false, values: ['measure'] } }],
] as const) {
  t.test(`a step over 400 events that takes ${name} reads these events and no others`, async (t) => {
    const selection = { filters, dateMatch: undefined };
    const { text, values } = eventsRangeStatement({ after, until, limit: 500, selection });
    const plan = await analyze(text, values);
    t.match(plan.text, /using events_pkey|on events_pkey/);
    t.ok(plan.rowsRead <= 1_000, `${plan.rowsRead} rows\n${plan.text}`);
  });
}

t.test('a batch of a replay begins and ends on the index, behind an event too', async (t) => {
  const micros = (Date.UTC(2026, 5, 1) - Date.UTC(2000, 0, 1)) * 1_000 + 20_199_000;
  for (const from of [null, { micros, partition: 3, offset: 5_049 }]) {
    const copy = copyStatement({ after, until, from, limit: 1_000 });
    const select = /^\s*(?:--.*\n)*copy \(([\s\S]*)\) to stdout/.exec(copy)?.[1] ?? '';
    const plan = await analyze(select);
    t.match(plan.text, /using events_recorded/);
    t.notMatch(plan.text, /Sort/);
    t.ok(plan.rowsRead <= 1_000, `${plan.rowsRead} rows\n${plan.text}`);
  }
});
