import t from 'tap';
import { readBody } from '../src/index.ts';
import { sendRaw } from './send-raw.ts';
import { startServer } from './start-server.ts';

t.test('what the HTTP parser refuses gets a bare status, and the connection ends', async (t) => {
  const { port } = await startServer(t, (app) => {
    app.post('/body', async (request) => ({ bytes: (await readBody(request.raw, { maxBytes: 100 })).length }));
  });
  const head = 'POST /body HTTP/1.1\r\nHost: localhost\r\n';
  const cases: Record<string, [number, string]> = {
    'both lengths': [400, `${head}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    'both lengths, the other way round': [
      400,
      `${head}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n`,
    ],
    'two lengths': [400, `${head}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`],
    'a length that is no number': [400, `${head}Content-Length: 3x\r\n\r\nabc`],
    'chunked twice over': [400, `${head}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    'a bad chunk size': [400, `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n`],
    'bare line feeds': [400, 'GET /health/live HTTP/1.1\nHost: localhost\n\n'],
    'no host': [400, 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n'],
    'two hosts': [400, 'GET /health/live HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
    'an unknown method': [400, 'FOO /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    'no HTTP at all': [400, '\u0016\u0003\u0001\u0000\u00a5\r\n\r\n'],
    'a header of 20 kB': [431, `GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`],
    'a URL of 20 kB': [431, `GET /health/live?${'x'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`],
  };
  for (const [name, [status, bytes]] of Object.entries(cases)) {
    const answer = await sendRaw(port, bytes);
    t.equal(answer.status, status, name);
    t.ok(answer.closed, `${name}: closed`);
    t.match(answer.text, /\r\n\r\n/, `${name}: a whole head`);
  }
});

t.test('what is refused while it is still being sent ends without a reset', async (t) => {
  const { port } = await startServer(t);
  const head = 'GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Long: ';
  const answer = await sendRaw(port, [head, 'x'.repeat(8 * 1024 * 1024), '\r\n\r\n'], 10_000);
  t.equal(answer.status, 431);
  t.equal(answer.error, null);
  t.ok(answer.closed);
});

t.test('a head that does not come to its end is 408', async (t) => {
  const { port } = await startServer(t, undefined, { headersTimeoutMs: 300 });
  const answer = await sendRaw(port, 'GET /health/live HTTP/1.1\r\nHost: loc');
  t.equal(answer.status, 408);
  t.ok(answer.closed);
});

t.test('a body', async (t) => {
  const { port, url } = await startServer(t, (app) => {
    app.post('/body', async (request) => ({
      bytes: (await readBody(request.raw, { maxBytes: 1_000, stallMs: 300 })).length,
    }));
  });
  const head = 'POST /body HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n';

  t.test('that stands still is 408', async (t) => {
    const answer = await sendRaw(port, `${head}Content-Length: 10\r\n\r\nabc`);
    t.equal(answer.status, 408);
    t.match(answer.text, /"code":"request-timeout"/);
    t.ok(answer.closed);
  });

  t.test('that is over the limit is 413 even while it is still being sent', async (t) => {
    for (const body of ['x'.repeat(20 * 1024 * 1024), new Blob(['x'.repeat(1_001)]).stream()]) {
      const response = await fetch(`${url}/body`, { method: 'POST', body, duplex: 'half' });
      t.equal(response.status, 413);
      t.match(await response.json(), { code: 'body-too-large' });
    }
  });

  t.test('that is over the limit is read to its end before the connection closes', async (t) => {
    const bytes = 20 * 1024 * 1024;
    const answer = await sendRaw(port, [`${head}Content-Length: ${bytes}\r\n\r\n`, 'x'.repeat(bytes)], 20_000);
    t.equal(answer.status, 413);
    t.equal(answer.error, null, 'no reset');
  });

  t.test('that claims to be far over the limit is 413 at once', async (t) => {
    const answer = await sendRaw(port, `${head}Content-Length: 99999999999\r\n\r\nabc`);
    t.equal(answer.status, 413);
  });

  t.test('at the limit is taken', async (t) => {
    const response = await fetch(`${url}/body`, { method: 'POST', body: 'x'.repeat(1_000) });
    t.same(await response.json(), { bytes: 1_000 });
  });
});
