import { request } from 'node:http';
import t from 'tap';
import { z } from 'zod';
import { parseQuery, problem } from '../src/index.ts';
import { startServer } from './start-server.ts';

/** fetch normalises the path; this sends it as it is. */
function get(url: string, path: string, options: { method?: string; headers?: Record<string, string> } = {}) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    headers: NodeJS.Dict<string | string[]>;
    body: string;
  }>();
  const { hostname, port } = new URL(url);
  const sent = request({ hostname, port, path, ...options }, (response) => {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      body += chunk;
    });
    response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
  });
  sent.on('error', reject);
  sent.end();
  return promise;
}

t.test('a server', async (t) => {
  const { url, lines } = await startServer(t, (app) => {
    app.get('/things/:id/:part', (request) => request.params);
    app.post('/things', () => ({}));
    app.get('/query', (request) =>
      parseQuery(z.object({ limit: z.coerce.number().min(1).optional(), q: z.string().optional() }), request),
    );
    app.get('/fault', () => {
      throw new Error('the password is hunter2');
    });
    app.get('/lost', () => {
      throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    });
    app.get('/refused', () => {
      throw problem('version-conflict', 'no', { members: { expected: 1, actual: 2 } });
    });
  });

  t.test('a path that is not there is a 404 problem', async (t) => {
    const { status, headers, body } = await get(url, '/nothing?x=1');
    t.equal(status, 404);
    t.match(headers['content-type'], /^application\/problem\+json/);
    t.strictSame(JSON.parse(body), {
      type: '/problems/not-found',
      title: 'There is nothing at this path',
      status: 404,
      detail: 'No resource has this path. GET / lists where to begin.',
      instance: '/nothing',
      code: 'not-found',
    });
  });

  t.test('a known path refuses other methods with 405 and Allow, whatever the body claims to be', async (t) => {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'PROPFIND', 'TRACE', 'GET']) {
      const { status, headers } = await get(url, '/things', { method, headers: { 'content-type': 'garbage garbage' } });
      t.equal(status, 405, method);
      t.equal(headers['allow'], 'OPTIONS, POST', method);
    }
  });

  t.test('OPTIONS is 204 with Allow on known paths and 404 elsewhere', async (t) => {
    const known = await get(url, '/things/1/2', { method: 'OPTIONS' });
    t.equal(known.status, 204);
    t.equal(known.headers['allow'], 'GET, HEAD, OPTIONS');
    t.equal((await get(url, '/nothing', { method: 'OPTIONS' })).status, 404);
  });

  t.test('HEAD is GET without the body', async (t) => {
    const { status, headers, body } = await get(url, '/things/1/2', { method: 'HEAD' });
    t.equal(status, 200);
    t.equal(headers['content-length'], '21');
    t.equal(body, '');
  });

  t.test('an encoded slash is part of a segment', async (t) => {
    const { status, body } = await get(url, '/things/https%3A%2F%2Fdesk.example/1');
    t.equal(status, 200);
    t.same(JSON.parse(body), { id: 'https://desk.example', part: '1' });
  });

  t.test('a segment of 512 encoded characters fits', async (t) => {
    t.equal((await get(url, `/things/${'%C3%A9'.repeat(512)}/1`)).status, 200);
  });

  t.test('a path that does not name one thing is 400', async (t) => {
    for (const path of [
      '/things/%zz/1',
      '/things/%/1',
      '/things/%00/1',
      '/things/%2e%2e/1',
      '/things/%2E/1',
      '/a/../b',
      '/a/./b',
      '/%ff',
      '/nothing/%zz',
      '/..',
    ]) {
      const { status, body } = await get(url, path);
      t.equal(status, 400, path);
      t.equal(JSON.parse(body).code, 'bad-url', path);
    }
  });

  t.test('an absolute target is taken as its path', async (t) => {
    t.equal((await get(url, `${url}/things/1/2?x=1`)).status, 200);
  });

  t.test('a host that is no loopback name is 421', async (t) => {
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '10.0.0.1',
      'a b',
      '[::2]',
    ]) {
      t.equal((await get(url, '/health/live', { headers: { host } })).status, 421, host);
    }
    for (const host of ['localhost', 'LOCALHOST:80', 'desk.localhost', '127.1.2.3:9', '[::1]:8080', 'localhost.']) {
      t.equal((await get(url, '/health/live', { headers: { host } })).status, 200, host);
    }
  });

  t.test('a fault is 503 with Retry-After, logged with its stack, and says nothing of the inside', async (t) => {
    const { status, headers, body } = await get(url, '/fault');
    t.equal(status, 503);
    t.equal(headers['retry-after'], '5');
    t.equal(JSON.parse(body).code, 'internal-fault');
    t.notMatch(body, /hunter2/);
    t.ok(lines.some((line) => line.includes('hunter2') && line.includes('"stack"')));
  });

  t.test('a lost dependency is 503 database-unavailable', async (t) => {
    const { status, headers, body } = await get(url, '/lost');
    t.equal(status, 503);
    t.ok(headers['retry-after']);
    t.equal(JSON.parse(body).code, 'database-unavailable');
  });

  t.test('a thrown problem is answered with its members', async (t) => {
    const { status, body } = await get(url, '/refused');
    t.equal(status, 409);
    t.match(JSON.parse(body), { code: 'version-conflict', detail: 'no', expected: 1, actual: 2 });
  });

  t.test('a query is read strictly, and every error of it is named', async (t) => {
    t.same(JSON.parse((await get(url, '/query?limit=5&q=a+b%2Bc')).body), { limit: 5, q: 'a b+c' });
    const cases: [string, string, RegExp][] = [
      ['/query?limt=5', 'unknown-parameter', /did you mean "limit"/],
      ['/query?zzzzzzzz=5', 'unknown-parameter', /known here: limit, q/],
      ['/query?limit=1&limit=1', 'repeated-parameter', /limit/],
      ['/query?limit=0', 'invalid-parameter', /limit/],
      ['/query?limit=x&foo=1', 'unknown-parameter', /foo.*limit|limit.*foo/],
      ['/query?q=%zz', 'bad-url', /percent/],
      ['/query?q=%ff', 'bad-url', /percent/],
      ['/query?q=%00', 'bad-url', /NUL/],
      ['/query?__proto__=1', 'unknown-parameter', /__proto__/],
    ];
    for (const [path, code, detail] of cases) {
      const { status, body } = await get(url, path);
      t.equal(status, 400, path);
      t.match(JSON.parse(body), { code, detail }, path);
    }
  });

  t.test('every request is one line at debug, whatever is in its path', async (t) => {
    const before = lines.length;
    await get(url, '/things/%0d%0a%1b[31m/2');
    t.ok(lines.length > before);
    for (const line of lines) t.match(line, /^\{[^\r\n\u001b]*\}\n$/);
  });

  t.test('metrics name routes and never paths', async (t) => {
    const { body } = await get(url, '/metrics');
    t.match(body, /ledgerline_http_request_seconds_count\{method="GET",route="\/things\/:id\/:part",status="200"\}/);
    t.match(body, /route="unmatched",status="404"/);
    t.notMatch(body, /desk\.example/);
  });
});
