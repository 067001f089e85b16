/** What is counted once and brought forward is what a process that was just started counts. */
import { createHttpServer, createLogger, createRegistry } from '@ledgerline/http';
import { generateEvents } from '@ledgerline/testkit';
import { arbitraryHistory } from '@ledgerline/testkit/arbitrary-events';
import * as fc from 'fast-check';
import t from 'tap';
import { registerQuery } from '../../src/app.ts';
import { link, retraction, statement, unlink } from '../fixture/event-builders.ts';
import { createQueryApp, type QueryApp } from '../fixture/query-app.ts';
import { unasked } from '../fixture/unasked-log.ts';

const paths = [
  '/v1/actors?',
  '/v1/places?',
  '/v1/publishers?knownBy=2021-08-31',
  '/v1/publishers?',
  '/v1/statistics/series?',
  '/v1/statistics/counts?',
  '/v1/statistics/counts?by=kind,year',
  '/v1/statistics/counts?by=country,publisher,month',
  '/v1/statistics/counts?by=border,day&state=all',
  '/v1/statistics/counts?by=month,week,outcome&kind=!measure',
  '/v1/statistics/counts?by=kind,year&knownBy=2021-08-31&dateMatch=possible',
  '/v1/timeline?facets=kind,publisher,month&total=exact',
].map((path) => `${path}&limit=1000`.replace('?&', '?'));

type Ask = (url: string) => Promise<{ status: number; body: string }>;

/** Another process on the same database. */
async function startAnother({ database: { pool } }: QueryApp): Promise<{ ask: Ask; close(): Promise<void> }> {
  const logger = createLogger({ service: 'query', level: 'error' });
  const app = createHttpServer({ logger, registry: createRegistry('query'), checks: [], host: '127.0.0.1' });
  registerQuery(app, { pool, log: unasked, logger });
  await app.ready();
  const ask: Ask = async (url) => {
    const { statusCode: status, body } = await app.inject({ url, headers: { host: 'localhost' } });
    return { status, body };
  };
  return { ask, close: () => app.close() };
}

async function askAll(ask: Ask, suffix = ''): Promise<string[]> {
  const answers: string[] = [];
  for (const path of paths) {
    const { status, body } = await ask(path + suffix);
    if (status !== 200) throw new Error(`${path}: ${status} ${body}`);
    answers.push(body);
  }
  return answers;
}

t.test('counts that are brought forward, or back, are those of counting all there is', async (t) => {
  const query = await createQueryApp(t);
  const first = await startAnother(query);
  const mix = { corrections: 0.3, retractions: 0.15, links: 0.2, statusChanges: 0.05 };
  const [history = []] = fc
    .sample(arbitraryHistory(150), { seed: 5, numRuns: 8 })
    .toSorted((a, b) => b.length - a.length);
  const events = [...generateEvents({ count: 160, ...mix }), ...history];
  const steps: { position: string; answers: string[] }[] = [];
  for (let from = 0; from < events.length; from += 40) {
    await query.append(events.slice(from, from + 40));
    const position = String((await query.get('/v1/timeline?limit=1')).at('/page/position'));
    const answers = await askAll(first.ask);
    const fresh = await startAnother(query);
    t.strictSame(await askAll(fresh.ask), answers, `after ${from + 40} events`);
    await fresh.close();
    steps.push({ position, answers });
  }
  const [early] = steps;
  t.ok(steps.length > 4);
  if (early === undefined) return;
  t.strictSame(await askAll(first.ask, `&asOf=${early.position}`), early.answers, 'and back');
  await first.close();
});

t.test(
  'incidents are counted as the links are, when claims far apart come to hang together and no longer do',
  async (t) => {
    const query = await createQueryApp(t);
    const first = await startAnother(query);
    const counts = async () => {
      const fresh = await startAnother(query);
      const answers = await Promise.all([first, fresh].map(({ ask }) => ask('/v1/statistics/counts?by=kind')));
      await fresh.close();
      t.equal(answers[0]?.body, answers[1]?.body);
      return (JSON.parse(answers[0]?.body ?? '') as { items: { claims: number; incidents: number }[] }).items[0];
    };
    await query.append(['a', 'b', 'c', 'd'].map((subject) => statement(subject)));
    t.match(await counts(), { claims: 4, incidents: 4 });
    await query.append([link('a', 'same-incident', 'b'), link('c', 'same-incident', 'd')]);
    t.match(await counts(), { claims: 4, incidents: 2 });
    await query.append([link('b', 'same-incident', 'c'), link('a', 'same-incident', 'later')]);
    t.match(await counts(), { claims: 4, incidents: 1 });
    await query.append([statement('later'), retraction('b')]);
    t.match(await counts(), { claims: 4, incidents: 1 });
    await query.append([statement('alone')]);
    t.match(await counts(), { claims: 5, incidents: 2 });
    await query.append([unlink('c', 'same-incident', 'd')]);
    t.match(await counts(), { claims: 5, incidents: 3 });
    await first.close();
  },
);

t.test('the days of an entry are right when those that were kept of it are all gone', async (t) => {
  const query = await createQueryApp(t);
  const days = Array.from(
    { length: 40 },
    (_, index) =>
      `2021-${String(1 + Math.floor(index / 20)).padStart(2, '0')}-${String(1 + (index % 20)).padStart(2, '0')}`,
  );
  await query.append(days.map((occurred, index) => statement(`s-${index}`, { occurred })));
  const speaker = async () => (await query.get('/v1/actors')).at('/items/0');
  t.match(await speaker(), { claims: 40, from: '2021-01-01', to: '2021-02-20' });
  for (let from = 0; from < 36; from += 6) {
    await query.append(Array.from({ length: 6 }, (_, index) => retraction(`s-${from + index}`)));
    t.match(await speaker(), { claims: 34 - from, from: days[from + 6], to: '2021-02-20' });
  }
});
