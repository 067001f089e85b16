/** A page of changes costs what it shows: it walks the log's index, and looks up each claim by its own key. */
import { bindSchema } from '@ledgerline/projection';
import t from 'tap';
import { type ChangesSpec, changesStatement } from '../src/changes/changes-statement.ts';
import { correction, link, statement, statementData } from './fixture/event-builders.ts';
import { createQueryApp } from './fixture/query-app.ts';

const query = await createQueryApp(t);
const claims = 3_000;
await query.append(
  Array.from({ length: claims }, (_, index) => statement(`s-${index}`, { tags: [`serial ${index}`] })),
);
await query.append(Array.from({ length: 300 }, (_, index) => correction(`s-${index}`, statementData())));
await query.append(Array.from({ length: 300 }, (_, index) => link(`s-${index}`, 'updates', `s-${index + 1}`)));
await query.database.pool.query(
  'vacuum analyze timeline_g1.versions, timeline_g1.relation_facts, timeline_g1.status_changes, journal_g1.events',
);

const at = [2_000, 2_000, 2_000, 2_000];
const page: ChangesSpec = {
  filters: {},
  dateMatch: undefined,
  after: [400, 400, 400, 400],
  until: at,
  from: null,
  limit: 51,
};

async function planOf(spec: ChangesSpec): Promise<string> {
  const { text, values } = changesStatement({ at, knownBy: null }, spec);
  const bound = bindSchema(bindSchema(text, 'timeline', 'timeline_g1'), 'journal', 'journal_g1');
  const result = await query.database.pool.query<{ 'QUERY PLAN': string }>(`explain ${bound}`, [...values]);
  return result.rows.map((row) => row['QUERY PLAN']).join('\n');
}

t.test('a page walks the index of the log from where its range begins, and sorts nothing', async (t) => {
  const plan = await planOf(page);
  t.match(plan, /Index Scan using events_recorded[\s\S]*Index Cond: \(recorded_at >= /);
  t.match(plan, /using versions_pkey/);
  t.notMatch(plan, /Seq Scan on (versions|events|relation_facts)/);
});

t.test('a page by one claim is found by its subject', async (t) => {
  const plan = await planOf({ ...page, filters: { subject: { negated: false, values: ['s-77'] } } });
  t.match(plan, /events_subject/);
});

t.test('a page by a rare tag is found by the index of terms', async (t) => {
  const plan = await planOf({ ...page, filters: { tag: { negated: false, values: ['serial 77'] } } });
  t.match(plan, /versions_terms/);
  t.match(plan, /events_subject/);
});

t.test('a thousand changes are answered within what a page may take', async (t) => {
  const begun = performance.now();
  const answer = await query.get('/v1/changes?limit=1000');
  const tookMs = performance.now() - begun;
  t.equal((answer.at('/items') as unknown[]).length, 1_000);
  t.comment(`${Math.round(tookMs)} ms`);
  t.ok(tookMs < 5_000);
});
