/** What holds of every read: methods, headers, lists and parameters, over a real socket. */
import { listen } from '@ledgerline/http';
import t from 'tap';
import { operations } from '../src/openapi/operations.ts';
import { statement } from './fixture/event-builders.ts';
import { createQueryApp } from './fixture/query-app.ts';

const query = await createQueryApp(t);
await query.append([statement('a'), statement('b')]);
const url = await listen(query.app, { host: '127.0.0.1', port: 0 });

const reads = operations.filter(({ method }) => method === 'get');
const parts: Readonly<Record<string, string>> = {
  '/v1/events/{source}/{id}': '/v1/events/urn%3Anobody/1',
  '/v1/statistics/compare': '/v1/statistics/compare?series=crossings:person:BY-LT&period=2021&baseline=2020',
  '/v1/statistics/counts': '/v1/statistics/counts?by=kind',
  '/v1/changes': '/v1/changes?after=earliest',
};
/** A request for it; what is not there answers too. */
const requestFor = (path: string) =>
  parts[path] ??
  path
    .replace('{type}', 'statement.issued.v1')
    .replaceAll(/\{subject\}/g, 'a')
    .replaceAll(/\{\w+\}/g, '1');
const pages = ['/', '/docs', '/problems', '/problems/not-found'];
const others = ['/openapi.json', '/asyncapi.json', '/health/live', '/health/ready'];
const all = [...reads.map(({ path }) => requestFor(path)), ...pages, ...others];

await t.test('every read takes HEAD as GET without a body, OPTIONS, and nothing else', async (t) => {
  for (const path of all) {
    const ask = async (method: string) => await fetch(url + path, { method, signal: AbortSignal.timeout(30_000) });
    const got = await ask('GET');
    await got.body?.cancel();
    const head = await ask('HEAD');
    t.equal(head.status, got.status, `HEAD ${path}`);
    t.equal(await head.text(), '', `HEAD ${path}`);
    for (const name of ['content-type', 'etag'])
      t.equal(head.headers.get(name), got.headers.get(name), `${name} ${path}`);
    t.equal(head.headers.has('ledgerline-position'), got.headers.has('ledgerline-position'), `position ${path}`);
    const options = await ask('OPTIONS');
    t.equal(options.status, 204, `OPTIONS ${path}`);
    const allow = options.headers.get('allow')?.split(', ') ?? [];
    t.ok(
      ['GET', 'HEAD', 'OPTIONS'].every((method) => allow.includes(method)),
      `Allow of ${path}: ${allow}`,
    );
    const put = await ask('PUT');
    t.equal(put.status, 405, `PUT ${path}`);
    t.equal(put.headers.get('allow'), options.headers.get('allow'), `PUT ${path}`);
    await put.body?.cancel();
  }
});

await t.test('nothing is to be sniffed, pages hold nothing from elsewhere, and http promises no https', async (t) => {
  for (const path of all) {
    const answer = await fetch(url + path);
    await answer.body?.cancel();
    t.equal(answer.headers.get('x-content-type-options'), 'nosniff', path);
    t.equal(answer.headers.get('strict-transport-security'), null, path);
    const isPage = answer.headers.get('content-type')?.startsWith('text/html') ?? false;
    t.equal(isPage, pages.includes(path), path);
    if (!isPage) continue;
    t.match(answer.headers.get('content-security-policy'), /^default-src 'none';.*frame-ancestors 'none'/, path);
  }
});

await t.test(
  'every list answers items and a page, takes limit and cursor, and refuses what it does not know',
  async (t) => {
    const lists = reads
      .filter(({ query: takes }) => takes && 'limit' in takes.shape)
      .map(({ path }) => requestFor(path));
    t.ok(lists.length >= 15, `${lists.length} lists`);
    const withMore = (path: string, more: string) => `${path}${path.includes('?') ? '&' : '?'}${more}`;
    for (const path of lists) {
      const found = await query.get(path);
      if (found.status !== 200) {
        t.equal(found.status, 404, path);
        continue;
      }
      t.ok(Array.isArray(found.at('/items')), path);
      for (const name of ['next', 'prev']) t.not(found.at(`/page/${name}`), undefined, `${name} of ${path}`);
      t.equal((await query.get(withMore(path, 'limit=1'))).status, 200, path);
      for (const bad of [
        'limit=0',
        'limit=-1',
        'limit=1001',
        'limit=1e9',
        'limit=abc',
        'cursor=junk',
        'limit=1&limit=1',
      ]) {
        t.equal((await query.get(withMore(path, bad))).status, 400, withMore(path, bad));
      }
    }
    for (const path of reads.map((read) => requestFor(read.path)).filter((one) => one.startsWith('/v1/'))) {
      const answer = await query.get(withMore(path, 'limt=1'));
      t.match(answer, { status: 400 }, path);
      t.equal(answer.at('/code'), 'unknown-parameter', path);
    }
  },
);

await t.test('what belongs to no position is walked to its end and back', async (t) => {
  for (let n = 0; n < 7; n += 1) {
    await query.database.pool.query(
      `insert into projection.parked (view, generation, partition, "offset", subject, reason, message, value, recorded_at)
       values ('timeline', 1, 0, $1, 's', 'apply-failed', 'because', 'bytes', now())`,
      [n],
    );
    await query.database.pool.query(
      `insert into projection.redactions (log_id, partition, "offset", subject, source, event_id, reason, redacted_by)
       values ('log', 0, $1, $2, 'urn:desk', $2, 'because', null)`,
      [n, `s-${n}`],
    );
    const started = await query.app.inject({
      method: 'POST',
      url: '/v1/admin/views/timeline/rebuilds',
      headers: { host: 'localhost' },
    });
    const { id } = started.json<{ id: number }>();
    await query.app.inject({ method: 'POST', url: `/v1/admin/rebuilds/${id}/cancel`, headers: { host: 'localhost' } });
  }
  for (const path of [
    '/v1/schemas',
    '/v1/admin/views',
    '/v1/admin/parked',
    '/v1/admin/rebuilds',
    '/v1/admin/redactions',
  ]) {
    const whole = (await query.get(path)).at('/items') as unknown[];
    t.ok(whole.length >= 3, path);
    const seen: unknown[][] = [];
    let next: unknown = '';
    let back: unknown = null;
    while (typeof next === 'string') {
      const answer = await query.get(`${path}?limit=2${next && `&cursor=${next}`}`);
      t.equal(typeof answer.at('/page/prev'), seen.length === 0 ? 'object' : 'string', `${path}: prev`);
      seen.push(answer.at('/items') as unknown[]);
      back = answer.at('/page/prev');
      next = answer.at('/page/next');
      t.ok(seen.length < 20, path);
    }
    t.same(seen.flat(), whole, `${path}: forward`);
    for (let at = seen.length - 2; at >= 0; at -= 1) {
      const answer = await query.get(`${path}?limit=2&cursor=${back}`);
      t.same(answer.at('/items'), seen[at], `${path}: back`);
      back = answer.at('/page/prev');
    }
    t.equal(back, null, `${path}: the first page`);
  }
});
