/**
 * What a page costs with 200,000 events: every statement that a request runs is run again under `explain analyze`, and
 * may touch some thousands of the rows of the large tables, whatever is asked for and however deep the page lies.
 */
import { parsePositionToken } from '@ledgerline/log';
import t from 'tap';
import { toCursor } from '../src/reading/cursor.ts';
import { fillWithMany } from './fixture/many-claims.ts';
import { createQueryApp } from './fixture/query-app.ts';

const query = await createQueryApp(t);
const { pool } = query.database;
const copies = 100;
await fillWithMany(query, copies);

type Statement = { readonly text: string; readonly values: readonly unknown[] };
type PlanNode = {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
};

const largeTables = new Set(['events', 'versions', 'claims', 'figures']);

/** Rows read from large tables, kept or not. Entries of an index alone are some fifty times cheaper, and not counted. */
function rowsRead(node: PlanNode): number {
  const below = (node.Plans ?? []).reduce((sum, plan) => sum + rowsRead(plan), 0);
  const ofTable = node['Relation Name'] !== undefined && largeTables.has(node['Relation Name']);
  if (!ofTable) return below;
  const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  return below + (node['Actual Rows'] + removed) * node['Actual Loops'];
}

/** The statements that a request runs. */
async function statementsOf(url: string): Promise<Statement[]> {
  const statements: Statement[] = [];
  const run = pool.query;
  pool.query = ((...given: Parameters<typeof run>) => {
    const [asked] = given as unknown as [{ text: string; values?: unknown[] }];
    if (typeof asked === 'object') statements.push({ text: asked.text, values: asked.values ?? [] });
    else if (typeof asked === 'string')
      statements.push({ text: asked, values: (given[1] as unknown[] | undefined) ?? [] });
    return run.apply(pool, given);
  }) as typeof run;
  try {
    const answer = await query.get(url);
    if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${answer.text}`);
  } finally {
    pool.query = run;
  }
  return statements;
}

async function costOf(url: string): Promise<number> {
  let total = 0;
  for (const { text, values } of await statementsOf(url)) {
    if (!/_g1\./.test(text)) continue;
    const { rows } = await pool.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (analyze, timing off, format json) ${text}`,
      [...values],
    );
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    if (plan === undefined) throw new Error('no plan');
    total += rowsRead(plan);
  }
  return total;
}

const { rows: held } = await pool.query<{ events: number; versions: number }>(
  `select (select count(*)::int from journal_g1.events) as events, (select count(*)::int from timeline_g1.versions) as versions`,
);
if (held[0]?.events !== 2_000 * copies) throw new Error('not filled');

const position = String((await query.get('/v1/timeline?limit=1')).at('/page/position'));
const someSubject = 'c-1-77-50';
const middle = String((await query.get(`/v1/claims/${someSubject}/history`)).at('/items/0/position'));

const claims = [
  '',
  'country=LT',
  'country=!LT',
  'country=LT&order=occurred',
  'order=recorded&country=LT',
  'q=fence',
  'q=fence&country=LT',
  'q=fenc*',
  'q=%2277+report%22',
  'q=7077',
  `tag=${encodeURIComponent('serial 77')}&kind=statement`,
  'from=2021-08&to=2021-08',
  'from=2021-08&to=2021-08&order=occurred&kind=measure',
  'on=2022-02-22',
  'from=2021-08&to=2021-08&dateMatch=certain',
  `subject=${someSubject}`,
];
const clocks = ['', `asOf=${position}`, `asOf=${middle}`, 'knownBy=2022-06-30'];
const pages = [
  ...claims.flatMap((filter) => clocks.map((clock) => `/v1/timeline?order=-occurred&${filter}&${clock}`)),
  // As of a position long past, the newest first begin behind all that came since: that one is not a page's worth.
  '/v1/timeline?order=-recorded&country=LT',
  '/v1/timeline?view=minimal',
  ...[
    '',
    'country=LT',
    'q=fence',
    'q=7077',
    'q=fenc*',
    'type=claims.linked.v1',
    `tag=${encodeURIComponent('serial 77')}&kind=statement`,
    `subject=${someSubject}`,
    'from=2021-08',
  ].map((filter) => `/v1/events?${filter}`),
  `/v1/events?after=${middle}`,
  `/v1/changes?after=${middle}`,
  `/v1/changes?after=${middle}&country=LT`,
  `/v1/claims/${someSubject}`,
  `/v1/claims/${someSubject}/history`,
  `/v1/incidents/${someSubject}`,
].map((url) => url.replace('order=-occurred&order', 'order').replace(/order=-occurred&(.*order=)/, '$1'));

const most = 10_000;
for (const url of pages) {
  t.test(`${url.replaceAll(position, '<end>').replaceAll(middle, '<middle>')} reads a page's worth`, async (t) => {
    const cost = await costOf(url);
    t.ok(cost < most, `${cost} rows of ${held[0]?.versions}`);
  });
}

t.test('a page deep in a walk costs what the first one does', async (t) => {
  // Page 2,000 of fifty, as the cursor of page 1,999 has it.
  const { rows } = await pool.query<{ key: [string, string] }>(
    `select json_build_array(occurred_sort, subject) as key from timeline_g1.versions
     order by occurred_sort desc, subject desc offset 100000 limit 1`,
  );
  const pinned = parsePositionToken(position);
  if (pinned === null || !pinned.offsets.every((offset) => offset !== null) || rows[0] === undefined)
    throw new Error('no key');
  const cursor = toCursor(
    { pinned: { logId: pinned.logId, offsets: pinned.offsets }, direction: 'next', key: rows[0].key },
    { path: '/v1/timeline', query: { order: '-occurred' } },
  );
  for (const url of ['/v1/timeline?order=-occurred', `/v1/timeline?order=-occurred&cursor=${cursor}`]) {
    const cost = await costOf(url);
    t.ok(cost < 500, `${cost} rows`);
  }
  const next = String((await query.get('/v1/events?fields=offset&limit=1000')).at('/page/next'));
  for (const url of ['/v1/events', `/v1/events?cursor=${next}`, `/v1/events?after=${middle}`]) {
    const cost = await costOf(url);
    t.ok(cost < 500, `${cost} rows`);
  }
});

/** A claim like others, at the log's end. */
async function addClaim(subject: string): Promise<void> {
  await pool.query(
    `with template as (
       select v.partition, c.next_offset, v.subject, v.version
       from timeline_g1.versions v
       join projection.checkpoints c on c.view = 'timeline' and c.partition = v.partition
       where v.to_offset is null and v.state = 'current' and v.version = 1 and v.terms && '{country:LT}' and v.published_latest < '2022-01-01'
       limit 1
     ), claim as (
       insert into timeline_g1.versions
       select (jsonb_populate_record(v, jsonb_build_object('subject', $1::text, 'from_offset', t.next_offset))).*
       from template t join timeline_g1.versions v using (subject, version)
     ), event as (
       insert into journal_g1.events
       select (jsonb_populate_record(e, jsonb_build_object('subject', $1::text, 'id', $1::text, 'offset', t.next_offset))).*
       from template t join journal_g1.events e on e.subject = t.subject
       limit 1
     )
     update projection.checkpoints c set next_offset = t.next_offset + 1 from template t where c.partition = t.partition`,
    [subject],
  );
}

t.test('facets that were counted before cost what has changed since, with any filter', async (t) => {
  for (const filter of ['', '&country=LT', '&knownBy=2022-06-30']) {
    const url = `/v1/timeline?limit=1&facets=kind,country,year&total=exact${filter}`;
    const before = await query.get(url);
    t.equal((await costOf(`${url}&fields=subject`)) < most, true, 'the same again');
    await addClaim(`added${filter}`);
    const cost = await costOf(url);
    t.ok(cost < most, `${cost} rows`);
    const [was, is] = [before, await query.get(url)].map((answer) => Number(answer.at('/page/total')));
    t.equal(is, (was ?? 0) + 1);
  }
});
