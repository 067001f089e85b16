/** The hot statements are answered by their indexes, whatever the filters' values are. */
import { bindSchema } from '@ledgerline/projection';
import t from 'tap';
import { eventsStatement } from '../src/events/events-statement.ts';
import { type ClaimsSpec, claimKeysStatement } from '../src/timeline/claim-keys-statement.ts';
import { statement } from './fixture/event-builders.ts';
import { createQueryApp } from './fixture/query-app.ts';

const query = await createQueryApp(t);
const claims = 4_000;
await query.append(
  Array.from({ length: claims }, (_, index) =>
    statement(`s-${index}`, {
      occurred: `20${10 + (index % 20)}-0${1 + (index % 9)}-${10 + (index % 19)}`,
      places: [{ name: 'Somewhere', role: 'country', countries: [index % 3 === 0 ? 'LV' : 'LT'] }],
      tags: [`serial ${index}`],
      content: index % 400 === 0 ? 'balloon' : 'fence',
    }),
  ),
);
await query.database.pool.query('vacuum analyze timeline_g1.versions, journal_g1.events');

async function planOf({ text, values }: { text: string; values: readonly unknown[] }): Promise<string> {
  const bound = bindSchema(bindSchema(text, 'timeline', 'timeline_g1'), 'journal', 'journal_g1');
  const result = await query.database.pool.query<{ 'QUERY PLAN': string }>(`explain ${bound}`, [...values]);
  return result.rows.map((row) => row['QUERY PLAN']).join('\n');
}

const page: ClaimsSpec = { filters: {}, dateMatch: undefined, order: '-occurred', from: null, limit: 50 };
const now = { at: null, knownBy: null };
const then = { at: [500, 500, 500, 500], knownBy: null };
const list = (...values: string[]) => ({ negated: false, values });

for (const [name, at] of [
  ['now', now],
  ['as of a position', then],
] as const) {
  t.test(`a page ${name} by a common country walks the index of dates and sorts nothing`, async (t) => {
    const plan = await planOf(claimKeysStatement({ ...page, filters: { country: list('LT') } }, at));
    t.match(plan, /Index Scan Backward using versions_occurred/);
  });

  t.test(`a page ${name} after a cursor begins where the last one ended`, async (t) => {
    const from = { direction: 'next', key: ['2020-05-05', 's-10'] } as const;
    const plan = await planOf(claimKeysStatement({ ...page, from }, at));
    t.match(plan, /using versions_occurred[\s\S]*Index Cond: \(ROW\(occurred_sort, subject\) </);
  });

  t.test(`a page ${name} by a rare tag is found by the index of terms`, async (t) => {
    const plan = await planOf(claimKeysStatement({ ...page, filters: { tag: list('serial 77') } }, at));
    t.match(plan, /Bitmap Index Scan on versions_terms/);
  });

  t.test(`a search ${name} for a rare word is found by the index of words`, async (t) => {
    const plan = await planOf(claimKeysStatement({ ...page, filters: { q: 'balloon' } }, at));
    t.match(plan, /Bitmap Index Scan on versions_search/);
  });
}

t.test('a page of the log begins where its range begins and reads on from there', async (t) => {
  // On a small table a sort is as good: only a long log shows.
  await query.database.pool.query(`
    insert into journal_g1.events (partition, "offset", recorded_at, source, id, subject, type, event, terms)
    select n % 4, 10000 + n / 4, timestamptz '2026-06-01' + n * interval '1 ms', 'urn:x:y', 'bulk-' || n, 's', 't', '{}', '{}'
    from generate_series(0, 99999) as n`);
  await query.database.pool.query('vacuum analyze journal_g1.events');
  const after = [20_000, 20_000, 20_000, 20_000];
  const until = [40_000, 40_000, 40_000, 40_000];
  const plan = await planOf(
    eventsStatement({ filters: {}, dateMatch: undefined, after, until, from: null, limit: 50 }),
  );
  t.match(plan, /Index Scan using events_recorded[\s\S]*Index Cond: \(recorded_at >= /);
  t.match(plan, /Index Scan using events_pkey/);
  t.notMatch(plan, /Sort/);
});
