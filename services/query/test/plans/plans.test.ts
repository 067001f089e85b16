/**
 * What a page costs with 200,000 events: some thousands of rows of the large tables, whatever is asked for and however deep
 * the page lies, and no table read from end to end. One database for every hot statement: filling it is what takes time.
 */
import { parsePositionToken } from '@ledgerline/log';
import { bindSchema } from '@ledgerline/projection';
import t from 'tap';
import { copyStatement } from '../../src/events/copy-events.ts';
import { toCursor } from '../../src/reading/cursor.ts';
import { eventsRangeStatement } from '../../src/stream/event-feed.ts';
import { fillWithMany } from '../fixture/many-claims.ts';
import { createQueryApp } from '../fixture/query-app.ts';
import { testChangesPlans } from './changes-plans.ts';
import { statementsLeftOut } from './every-statement.ts';
import { testKeptPlans } from './kept-plans.ts';
import { createCostReader, getCounted } from './plan-cost.ts';

const query = await createQueryApp(t);
const { pool } = query.database;
const copies = 100;
/** Answers as of a position, by URL: given while there was little beyond it. */
const answered = new Map<string, string>();
await fillWithMany({ ...query, append: appendAndAsk }, copies);
const costs = createCostReader(query);
const { costOf, costOfStatement } = costs;

const { rows: held } = await pool.query<{ events: number; versions: number }>(
  `select (select count(*)::int from journal_g1.events) as events, (select count(*)::int from timeline_g1.versions) as versions`,
);
if (held[0]?.events !== 2_000 * copies) throw new Error('not filled');

const position = String((await query.get('/v1/timeline?limit=1')).at('/page/position'));
const someSubject = 'c-1-77-50';
async function appendAndAsk(events: Parameters<typeof query.append>[0]): Promise<void> {
  await query.append(events);
  const early = String((await query.get('/v1/events?limit=700&fields=position')).at('/items/699/position'));
  for (const url of [
    '/v1/timeline?order=-recorded&facets=kind,year&total=exact',
    '/v1/timeline?order=occurred&country=LT&state=all',
    '/v1/timeline?order=-relevance&q=fence&knownBy=2022-06-30',
    '/v1/events?kind=statement&total=exact',
    '/v1/changes?after=earliest&country=LT',
    '/v1/measures?on=2022-06-30',
    '/v1/statistics/series?',
    '/v1/statistics/series/attempts:attempt:BY-LT?bucket=month',
    '/v1/statistics/counts?by=kind,year',
    '/v1/places?',
  ].map((path) => `${path}&limit=1000&asOf=${early}`)) {
    const { status, text } = await query.get(url);
    if (status !== 200) throw new Error(`${url}: ${status} ${text}`);
    answered.set(url, text);
  }
}

const positionOf = async (subject: string) =>
  String((await query.get(`/v1/claims/${subject}/history`)).at('/items/0/position'));
const middle = await positionOf(someSubject);
/** Nearly all of the log came since. */
const past = await positionOf('c-1-77');
const rareTag = encodeURIComponent('serial 77');

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
  `tag=${rareTag}&kind=statement`,
  'from=2021-08&to=2021-08',
  'from=2021-08&to=2021-08&order=occurred&kind=measure',
  'on=2022-02-22',
  'from=2021-08&to=2021-08&dateMatch=certain',
  `subject=${someSubject}`,
];
const clocks = ['', `asOf=${position}`, `asOf=${middle}`, `asOf=${past}`, 'knownBy=2022-06-30'];
const events = [
  '',
  'country=LT',
  'q=fence',
  'q=7077',
  'q=fenc*',
  'type=claims.linked.v1',
  `tag=${rareTag}&kind=statement`,
  `subject=${someSubject}`,
  'from=2021-08',
  'knownBy=2022-06-30',
];
const changes = [
  '',
  'country=LT',
  'kind=statement',
  'kind=measure&country=EE',
  'q=fence',
  `tag=${rareTag}`,
  `subject=${someSubject}`,
  'type=claims.linked.v1',
  'knownBy=2022-06-30',
];
const pages = [
  ...claims.flatMap((filter) => clocks.map((clock) => `/v1/timeline?order=-occurred&${filter}&${clock}`)),
  ...clocks.map((clock) => `/v1/timeline?order=-recorded&country=LT&${clock}`),
  '/v1/timeline?view=minimal',
  ...events.map((filter) => `/v1/events?${filter}`),
  `/v1/events?after=${middle}`,
  ...events.map((filter) => `/v1/events?limit=1000&until=${past}&${filter}`),
  `/v1/changes?after=earliest&until=${past}&limit=10`,
  ...changes.map((filter) => `/v1/changes?after=${middle}&${filter}`),
  ...['type=none.v1', 'type=none.v1&country=LT', 'tag=none'].map((filter) => `/v1/changes?after=earliest&${filter}`),
  ...clocks.map((clock) => `/v1/measures?${clock}`),
  ...clocks.map((clock) => `/v1/measures?on=2022-06-30&${clock}`),
  '/v1/measures?country=LT',
  ...['/v1/statistics/series?', '/v1/actors?', '/v1/timeline?limit=1&facets=kind,year'].map(
    (url) => `${url}&asOf=${past}`,
  ),
  `/v1/statistics/counts?by=kind&subject=${someSubject}`,
  `/v1/statistics/counts?by=kind,year&tag=${rareTag}`,
  `/v1/claims/${someSubject}`,
  `/v1/claims/${someSubject}/history`,
  `/v1/incidents/${someSubject}`,
].map((url) => url.replace(/order=-occurred&(.*order=)/, '$1').replace('?&', '?'));

const most = 10_000;
for (const url of pages) {
  t.test(
    `${url.replaceAll(position, '<end>').replaceAll(middle, '<middle>').replaceAll(past, '<past>')} reads a page's worth`,
    async (t) => {
      const { rows, scanned } = await costOf(url);
      t.ok(rows < most, `${rows} rows of ${held[0]?.versions}`);
      t.strictSame(scanned, [], 'no table from end to end');
    },
  );
}

t.test('answers as of long ago are what they were before all that came since', async (t) => {
  for (const [url, text] of answered) t.equal((await query.get(url)).text, text, url);
});

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
  const next = String((await query.get('/v1/events?fields=offset&limit=1000')).at('/page/next'));
  for (const url of [
    '/v1/timeline?order=-occurred',
    `/v1/timeline?order=-occurred&cursor=${cursor}`,
    '/v1/events',
    `/v1/events?cursor=${next}`,
    `/v1/events?after=${middle}`,
  ]) {
    const cost = await costOf(url);
    t.ok(cost.rows < 500, `${cost.rows} rows`);
  }
});

t.test('a thousand changes cost what a thousand look-ups do', async (t) => {
  const { rows, scanned } = await costOf(`/v1/changes?after=${middle}&limit=1000`);
  t.ok(rows < 25_000, `${rows} rows`);
  t.strictSame(scanned, []);
});

t.test('statistics cost the figures of the series they show, and read no other claims', async (t) => {
  const { rows: series } = await pool.query<{ series: string; figures: number }>(
    'select series, count(*)::int as figures from statistics_g1.figures group by series order by series collate "C" limit 2',
  );
  // The page's own, and the one that tells whether there is another.
  const figures = series.reduce((sum, one) => sum + one.figures, 0);
  const key = series[0]?.series ?? '';
  for (const url of [
    '/v1/statistics/series?limit=1',
    `/v1/statistics/series/${key}`,
    `/v1/statistics/series/${key}/conflicts`,
    `/v1/statistics/compare?series=${key}&period=2021&baseline=2020`,
  ]) {
    await getCounted(query.get, url);
    const { rows, scanned } = await costOf(url);
    // Each with its claim; which series there are was counted before.
    t.ok(rows < 4 * figures + 1_000, `${url}: ${rows} rows for ${figures} figures`);
    t.strictSame(scanned, [], url);
  }
});

t.test('what is counted costs each claim once, and as of long ago the claims there were', async (t) => {
  const { rows: facts } = await pool.query<{ n: number }>('select count(*)::int as n from timeline_g1.relation_facts');
  const links = facts[0]?.n ?? 0;
  const url = '/v1/statistics/counts?by=kind&country=LT';
  const all = await costOf(url);
  t.ok(all.rows <= (held[0]?.versions ?? 0) + 3 * links, `${all.rows} rows, ${links} links`);
  const then = await costOf(`${url}&asOf=${past}`);
  t.ok(then.rows <= 2 * links + 5_000, `long ago: ${then.rows} rows, ${links} links`);
});

// Offsets of copies lie 2,000 apart: these are all there.
const range = { after: [4_000, 4_000, 4_000, 4_000], until: [4_100, 4_100, 4_100, 4_100] };
for (const [name, filters] of [
  ['all', {}],
  ['what a filter leaves', { source: { negated: true, values: ['urn:other'] } }],
  ['nothing', { kind: { negated: false, values: ['measure'] }, tag: { negated: false, values: ['nobody'] } }],
] as const) {
  t.test(`a stream's step over 400 events that takes ${name} reads these events and no others`, async (t) => {
    const selection = { filters, dateMatch: undefined };
    const { text, values } = eventsRangeStatement({ ...range, limit: 500, selection });
    const { rows, scanned } = await costOfStatement(bindSchema(text, 'journal', 'journal_g1'), values);
    t.ok(rows <= 1_000, `${rows} rows`);
    t.strictSame(scanned, []);
  });
}

testChangesPlans(t, { query, costs });

t.test('a batch of a replay begins and ends on the index, behind an event too', async (t) => {
  const { rows: found } = await pool.query<{ micros: string }>(
    `select (extract(epoch from recorded_at - timestamptz '2000-01-01') * 1000000)::bigint::text as micros
     from journal_g1.events where partition = 3 and "offset" = 4049`,
  );
  for (const from of [null, { micros: Number(found[0]?.micros), partition: 3, offset: 4_049 }]) {
    const copy = copyStatement({ ...range, from, limit: 1_000 });
    const select = /^\s*(?:--.*\n)*copy \(([\s\S]*)\) to stdout/.exec(copy)?.[1] ?? '';
    const { rows, scanned } = await costOfStatement(bindSchema(select, 'journal', 'journal_g1'));
    t.ok(rows <= 2_000, `${rows} rows`);
    t.strictSame(scanned, []);
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
    const before = await getCounted(query.get, url);
    t.ok((await costOf(`${url}&fields=subject`)).rows < most, 'the same again');
    await addClaim(`added${filter}`);
    const { rows } = await costOf(url);
    t.ok(rows < most, `${rows} rows`);
    const [was, is] = [before, await query.get(url)].map((answer) => Number(answer.at('/page/total')));
    t.equal(is, (was ?? 0) + 1);
  }
});

await testKeptPlans(t, { query, costs, past, addClaim });

t.test('every statement that a read runs has been explained here', async (t) => {
  t.strictSame(await statementsLeftOut(costs.explained), []);
});
