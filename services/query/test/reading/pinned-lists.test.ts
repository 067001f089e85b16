/**
 * Every list of the interface: an answer pinned to a position is the same bytes after later events, corrections and a
 * rebuild, and the pages of one walk are the list as it was when the walk began, whatever is written meanwhile.
 */
import { withTransaction } from '@ledgerline/database';
import { bindSchema } from '@ledgerline/projection';
import { journalView } from '@ledgerline/projector-journal';
import { statisticsView } from '@ledgerline/projector-statistics';
import { timelineView } from '@ledgerline/projector-timeline';
import { generateEvents } from '@ledgerline/testkit';
import t from 'tap';
import { operations } from '../../src/openapi/operations.ts';
import { correction, link, retraction, statement, statementData } from '../fixture/event-builders.ts';
import { createQueryApp, type QueryApp } from '../fixture/query-app.ts';

const mix = { corrections: 0.2, links: 0.15, statusChanges: 0.1, retractions: 0.05 };
const history = [...generateEvents({ count: 160, ...mix })];
const [before, after] = [history.slice(0, 100), history.slice(100)];
const subjects = [...new Set(before.map(({ subject }) => subject))];
const series = 'attempts:attempt:BY-LT';

/** Paths that answer `{ items, page }`, with filters, orders and clocks among their parameters. */
const lists = [
  '/v1/timeline?',
  '/v1/timeline?order=-recorded&facets=kind,year,publisher&total=exact',
  '/v1/timeline?q=border&order=-relevance&total=exact',
  '/v1/timeline?knownBy=2022-06-30&country=LT,LV',
  '/v1/timeline?from=2021&to=2021&state=all&fields=subject,title,relations',
  '/v1/events?',
  '/v1/events?kind=statement&view=minimal&total=exact',
  '/v1/events?q=border',
  '/v1/changes?after=earliest',
  '/v1/changes?after=earliest&country=LT',
  '/v1/measures?',
  '/v1/measures?on=2022-06-30',
  `/v1/claims/${subjects[3]}/history?`,
  `/v1/incidents/${subjects[5]}?`,
  '/v1/statistics/series?',
  `/v1/statistics/series/${series}?`,
  `/v1/statistics/series/${series}?bucket=month`,
  `/v1/statistics/series/${series}/conflicts?verdict=all`,
  '/v1/statistics/counts?by=kind,country,year',
  '/v1/statistics/counts?by=publisher&q=border',
  '/v1/codelists?',
  '/v1/actors?',
  '/v1/places?',
  '/v1/publishers?',
];

async function answer(query: QueryApp, url: string): Promise<{ text: string; items: unknown[]; next: string | null }> {
  const { status, text, at } = await query.get(url);
  if (status !== 200) throw new Error(`${url}: ${status} ${text}`);
  return { text, items: at('/items') as unknown[], next: at('/page/next') as string | null };
}

/** More of everything, among it changes of what was there. */
async function writeMore(query: QueryApp, round: number): Promise<void> {
  const changed = subjects[round];
  if (changed === undefined) throw new Error('no more subjects');
  await query.append([
    statement(`new-${round}`, { content: 'at the border', occurred: '2021-08', places: [lithuania] }),
    correction(`new-${round}`, statementData({ content: 'the border', places: [lithuania] })),
    link(`new-${round}`, 'same-incident', subjects[5] ?? ''),
    link(`new-${round}`, 'same-incident', changed),
    ...(round % 2 === 0 ? [retraction(`new-${round}`)] : []),
  ]);
}
const lithuania = { name: 'Lithuania', role: 'country', countries: ['LT'] };

t.test('no list of the interface is left out', async (t) => {
  const paged = operations
    .filter(({ query }) => query !== undefined && 'cursor' in query.shape)
    .map(({ path }) => path);
  // What operators see is as it is now, and schemas are of the program, not of the log.
  const ours = paged.filter((path) => !path.startsWith('/v1/admin') && path !== '/v1/schemas');
  const tried = lists.map((url) => (url.split('?')[0] ?? '').replace(/(?<=\/(?:claims|incidents|series)\/)[^/]+/, '*'));
  for (const path of ours) t.ok(tried.includes(path.replaceAll(/\{[a-z]+\}/g, '*')), path);
});

t.test('pinned answers are the same bytes after later events and a rebuild', async (t) => {
  const query = await createQueryApp(t);
  await query.append(before);
  const position = String((await query.get('/v1/events?limit=1')).headers['ledgerline-position']);
  const pinned = (url: string) => `${url}&limit=1000&asOf=${position}`;
  const texts = new Map<string, string>();
  for (const url of lists) texts.set(url, (await answer(query, pinned(url))).text);
  const same = async (when: string) => {
    for (const url of lists) t.equal((await answer(query, pinned(url))).text, texts.get(url), `${url} ${when}`);
  };
  await query.append(after);
  for (let round = 0; round < 4; round += 1) await writeMore(query, round);
  await same('after later events');
  await rebuild(query);
  await same('after a rebuild');
});

t.test('the pages of one walk neither shift nor repeat while writing goes on', async (t) => {
  for (const url of lists) {
    const query = await createQueryApp(t);
    await query.append(before);
    const whole = (await answer(query, `${url}&limit=1000`)).items;
    const size = Math.max(1, Math.ceil(whole.length / 4));
    const walked: unknown[] = [];
    let page = await answer(query, `${url}&limit=${size}`);
    for (let round = 0; ; round += 1) {
      walked.push(...page.items);
      if (page.next === null || round > 6) break;
      await writeMore(query, round);
      page = await answer(query, `${url}&limit=${size}&cursor=${page.next}`);
    }
    t.strictSame(walked, whole, url);
  }
});

/** All views made anew from the same log. */
async function rebuild({ database, catchUp }: QueryApp): Promise<void> {
  await withTransaction(database.pool, async (client) => {
    for (const { name, tables } of [journalView, timelineView, statisticsView]) {
      await client.query(`drop schema ${name}_g1 cascade`);
      await client.query(`create schema ${name}_g1`);
      await client.query(bindSchema(tables, name, `${name}_g1`));
    }
    await client.query('update projection.checkpoints set next_offset = 0');
  });
  await catchUp();
}
