/** What lists over all claims cost on the tables of plans.test.ts: the first time each claim once, and then what is new. */
import { createHttpServer, createLogger, createRegistry } from '@ledgerline/http';
import type { Test } from 'tap';
import { registerQuery } from '../../src/app.ts';
import type { QueryApp } from '../fixture/query-app.ts';
import { unasked } from '../fixture/unasked-log.ts';
import { type CostReader, createCostReader, getCounted } from './plan-cost.ts';

const lists = ['/v1/actors', '/v1/places', '/v1/publishers', '/v1/statistics/series'];
const counts = ['by=kind,year', 'by=country,month', 'by=border,publisher', 'by=day', ''].map(
  (by) => `/v1/statistics/counts?${by}`,
);

type Filled = {
  readonly query: QueryApp;
  readonly costs: CostReader;
  /** A position with nearly all of the log behind it. */
  readonly past: string;
  /** A claim like others, at the log's end. */
  addClaim(subject: string): Promise<void>;
};

/** Tests are added to `t`. */
export async function testKeptPlans(t: Test, { query, costs, past, addClaim }: Filled): Promise<void> {
  const { rows: held } = await query.database.pool.query<Record<'versions' | 'figures' | 'links', number>>(
    `select (select count(*)::int from timeline_g1.versions) as versions,
       (select count(*)::int from statistics_g1.figures) as figures,
       (select count(*)::int from timeline_g1.relation_facts) as links`,
  );
  const { versions = 0, figures = 0, links = 0 } = held[0] ?? {};

  t.test(
    'what is listed or counted over all claims reads each of them once, in ranges, and then what is new',
    async (t) => {
      for (const url of [...lists, ...counts]) {
        const { rows, scanned } = await costs.costOf(url);
        const all = url.startsWith('/v1/statistics/series') ? 2 * figures : versions + 5 * links;
        t.ok(rows <= 1.1 * all, `${url}, the first time: ${rows} rows of ${all}`);
        // The first time all links are read at once; of claims and figures never.
        t.strictSame(
          scanned.filter((table) => table !== 'relation_facts'),
          [],
          url,
        );
        await addClaim(`added ${url}`);
        const after = await costs.costOf(url);
        // Of series a page's latest figures besides.
        t.ok(after.rows < 5_000, `${url}, a claim later: ${after.rows} rows`);
        t.strictSame(after.scanned, [], url);
      }
    },
  );

  t.test('a process that was just started reads what another has counted', async (t) => {
    const logger = createLogger({ service: 'query', level: 'error' });
    const app = createHttpServer({ logger, registry: createRegistry('query'), checks: [], host: '127.0.0.1' });
    registerQuery(app, { pool: query.database.pool, log: unasked, logger });
    await app.ready();
    t.teardown(() => app.close());
    const get: QueryApp['get'] = async (url) => {
      const { statusCode: status, body: text } = await app.inject({ url, headers: { host: 'localhost' } });
      return { status, text, headers: {}, json: null, at: () => undefined };
    };
    const another = createCostReader({ ...query, get });
    for (const url of [...lists, ...counts]) {
      const { rows, scanned } = await another.costOf(url);
      t.ok(rows < 5_000, `${url}: ${rows} rows`);
      t.strictSame(scanned, [], url);
      t.equal((await get(url)).text, (await getCounted(query.get, url)).text, url);
    }
  });

  t.test('a day on which few measures stand costs a look at some, and the cursor goes on behind them', async (t) => {
    for (const url of [
      '/v1/measures?on=1990-01-01',
      '/v1/measures?on=2021-06-30&inForce=no',
      '/v1/measures?on=2030-01-01&inForce=possible&limit=10',
    ]) {
      const { rows, scanned } = await costs.costOf(url);
      t.ok(rows < 60_000, `${url}: ${rows} rows`);
      t.strictSame(scanned, [], url);
    }
    const seen: string[] = [];
    let last: string | null = null;
    let cursor: string | null = null;
    let pages = 0;
    do {
      const at = cursor === null ? '' : `&cursor=${cursor}`;
      const page: Awaited<ReturnType<typeof query.get>> = await query.get(`/v1/measures?on=2020-01-31&limit=1000${at}`);
      for (const { subject } of page.at('/items') as { subject: string }[]) seen.push(subject);
      cursor = page.at('/page/next') as string | null;
      last = (page.at('/page/prev') as string | null) ?? last;
      pages += 1;
    } while (cursor !== null && pages < 100);
    t.ok(pages > 1, `${pages} pages`);
    t.equal(cursor, null, 'the walk ends');
    t.equal(new Set(seen).size, seen.length, 'nothing twice');
    const back: string[] = [];
    while (last !== null) {
      const page: Awaited<ReturnType<typeof query.get>> = await query.get(
        `/v1/measures?on=2020-01-31&limit=1000&cursor=${last}`,
      );
      back.unshift(...(page.at('/items') as { subject: string }[]).map(({ subject }) => subject));
      last = page.at('/page/prev') as string | null;
    }
    t.strictSame(back, seen.slice(0, back.length), 'and back the same way');
    t.ok(back.length > 0, `${back.length} of ${seen.length} measures`);
  });

  t.test('what else is looked up is found by its index', async (t) => {
    const { rows: events } = await query.database.pool.query<{ source: string; id: string }>(
      'select source, id from journal_g1.events where partition = 3 and "offset" = 4049',
    );
    const { source = '', id = '' } = events[0] ?? {};
    for (const url of [
      `/v1/events/${encodeURIComponent(source)}/${id}`,
      `/v1/events?limit=1&kind=statement&total=exact&until=${past}`,
      '/v1/timeline?limit=1&asOf=2026-01-01T00:30:00Z',
      `/v1/statistics/series?limit=1&asOf=${past}`,
    ]) {
      const { rows, scanned } = await costs.costOf(url);
      t.ok(rows < 50_000, `${url}: ${rows} rows`);
      t.strictSame(scanned, [], url);
    }
    // A fifth of all figures are of this series: they may be read with the others.
    const { rows } = await costs.costOf('/v1/statistics/series/attempts:attempt:BY-LT?knownBy=1990-01-01&limit=1');
    t.ok(rows < 150_000, `${rows} rows`);
  });
}
