/** The client against the whole system in one process, with the seeds in it. */
import { freshDatabase, startService } from '@ledgerline/testkit';
import t from 'tap';
import { Ledgerline, memoryStore } from '../src/index.ts';
import { statement } from './fixture/sample-event.ts';
import { until } from './fixture/until.ts';

const SEEDS = 52;
/** For operators; what describes tables and events, and is read once, by other programs. */
const leftOut = /^\/v1\/admin\/|\.csv-metadata\.json$|^\/v1\/schemas/;

const { url: database } = await freshDatabase(t);
const service = await startService(t, 'standalone', { DATABASE_URL: database });
await service.ready();
/** `GET /v1/claims/…` and so on, as they were asked. */
const asked = new Set<string>();
const client = new Ledgerline({
  url: service.baseUrl,
  fetch(input, init) {
    const { method, url } = new Request(input, init);
    asked.add(`${method} ${new URL(url).pathname}`);
    return fetch(input, init);
  },
});
await until(async () => (await client.events({ limit: 1_000 }).page()).items.length === SEEDS, 20_000);

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

t.test('every method answers what the interface answers', async (t) => {
  const stored = await client.append(statement(1));
  t.equal(stored.status, 'stored');
  t.match(await client.append(statement(1)), { status: 'duplicate', position: stored.position });
  await t.rejects(client.append(statement(1, 'Another title')), { code: 'id-reused', status: 409 });
  const minPosition = stored.position ?? '';
  t.match(await client.claim('claim-1', { minPosition, waitSeconds: 10 }), { subject: 'claim-1', version: 1 });
  t.match(await client.appendBatch([statement(1), statement(2)], { atomic: false }), {
    results: [{ status: 'duplicate' }, { status: 'stored' }],
  });
  t.match(await client.append(statement(3), { dryRun: true }), { status: 'valid' });
  await t.rejects(client.claim('claim-3'), { code: 'unknown-claim' });

  const walked = await all(client.timeline({ limit: 7, order: 'occurred', country: ['LT', 'LV'] }));
  const whole = await client.timeline({ limit: 1_000, order: 'occurred', country: 'LT,LV' }).page();
  t.ok(walked.length > 7);
  t.strictSame(walked, whole.items);
  t.match((await client.history('claim-1').page()).items, [{ change: 'added' }]);
  t.match((await client.incident('claim-1').page()).items, [{ subject: 'claim-1' }]);
  t.ok((await all(client.measures({ on: '2021-09-15' }))).some(({ inForce }) => inForce === 'certain'));

  const { facets } = await client.timeline({ limit: 1, facets: ['kind', 'year'] }).page();
  t.equal(facets?.kind?.length, 3);
  t.ok(facets?.year?.some(({ value, count }) => value === '2021' && count > 10));
  t.ok((await all(client.changes({ kind: 'measure' }))).every(({ after }) => after.kind === 'measure'));

  t.ok((await all(client.series())).some(({ key }) => key === 'crossings:person:BY-LT'));
  t.ok((await all(client.points('crossings:person:BY-LT'))).length > 0);
  t.ok((await all(client.conflicts('crossings:person:BY-LT', { verdict: 'all' }))).length > 0);
  const compared = await client.compare({ series: 'crossings:person:BY-LT', period: '2021', baseline: '2020' });
  t.ok((compared.ratio?.lower ?? 0) > 50.6 && (compared.ratio?.upper ?? 99) < 51.9);
  t.ok((await all(client.counts({ by: ['kind', 'month'] }))).every(({ kind }) => typeof kind === 'string'));
  t.ok((await all(client.actors({ limit: 20 }))).some(({ roles }) => roles.includes('speaker')));
  t.ok((await all(client.places())).some(({ role, countries }) => role === 'border' && countries.length === 2));
  t.ok((await all(client.publishers())).some(({ name, claims }) => name === 'BNN' && claims > 0));
  const kinds = (await all(client.codelists())).find(({ name }) => name === 'kind');
  t.match(kinds?.codes, [{ code: 'border-crossing', meaning: /crossed/ }]);

  const replayed = await all(client.replay({ minPosition, waitSeconds: 10 }));
  t.equal(replayed.length, SEEDS + 2);
  const [first] = replayed;
  t.strictSame(await client.event(first?.event.source ?? '', first?.event.id ?? ''), first);
  t.strictSame((await all(client.events({ after: first?.position ?? '', limit: 10 }))).length, SEEDS + 1);
});

t.test(
  'a subscription catches up from the start and stays; a local view follows it and holds what was written',
  async (t) => {
    const view = client.localView<Record<string, number>>({
      initial: () => ({}),
      apply: (counts, { event }) => ({ ...counts, [event.type]: (counts[event.type] ?? 0) + 1 }),
      version: 1,
      store: memoryStore(),
    });
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { event } of client.subscribe({ from: 'earliest', type: 'statement.issued.v1' })) {
        seen.push(event.id);
        if (event.id === 's-4') return;
      }
    })();
    await until(() => view.status === 'live');
    const before = view.state['statement.issued.v1'] ?? 0;
    const { position } = await client.append(statement(4));
    await view.until(position ?? '', AbortSignal.timeout(10_000));
    t.equal(view.state['statement.issued.v1'], before + 1);
    await reading;
    t.equal(seen.length, before + 1);
    t.equal(new Set(seen).size, seen.length);
    await view.close();
  },
);

t.test('every path of the document that is not for operators has been asked', async (t) => {
  const { paths } = (await (await fetch(`${service.baseUrl}/openapi.json`)).json()) as {
    paths: Record<string, object>;
  };
  const wanted = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => (method === 'get' || method === 'post') && path.startsWith('/v1/') && !leftOut.test(path))
      .map((method) => [method.toUpperCase(), path] as const),
  );
  t.ok(wanted.length > 15);
  const reached = ([method, path]: readonly [string, string]) => {
    const pattern = new RegExp(`^${method} ${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    return [...asked].some((one) => pattern.test(one));
  };
  t.strictSame(
    wanted.filter((one) => !reached(one)),
    [],
  );
});
