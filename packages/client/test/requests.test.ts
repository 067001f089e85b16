import t from 'tap';
import { ConnectionError, Ledgerline, ProblemError, UnexpectedAnswerError, UnknownOutcomeError } from '../src/index.ts';
import { statement } from './fixture/sample-event.ts';
import { sendJson, sendProblem, startScriptedServer } from './fixture/scripted-server.ts';
import { until } from './fixture/until.ts';

const stored = { status: 'stored', source: 'urn:ledgerline:test', id: 's-1', subject: 'claim-1', position: 'p' };
const emptyPage = { items: [], page: { next: null, prev: null, position: 'p' } };

t.test('an append whose answer is lost is sent again, the very same bytes, until it is known', async (t) => {
  const server = await startScriptedServer(t, (_received, response, nth) => {
    if (nth === 0) return void response.destroy();
    if (nth === 1) return sendProblem(response, 503, 'log-unavailable', { 'retry-after': '0' });
    sendJson(response, { ...stored, status: 'duplicate' });
  });
  const result = await new Ledgerline({ url: server.url }).append(statement(1));
  t.equal(result.status, 'duplicate');
  t.equal(server.received.length, 3);
  t.equal(new Set(server.received.map(({ body }) => body)).size, 1);
});

t.test('an append that nobody answered for carries its events in the error', async (t) => {
  const server = await startScriptedServer(t, (_received, response) => void response.destroy());
  const client = new Ledgerline({ url: server.url, retries: 1 });
  const error = await client.append(statement(1)).catch((reason: unknown) => reason);
  t.ok(error instanceof UnknownOutcomeError);
  t.match(error, { code: 'unknown-outcome', events: [{ id: 's-1' }] });
  t.ok((error as UnknownOutcomeError).cause instanceof ConnectionError);
  t.equal(server.received.length, 2);
});

t.test(
  'a key that is refused after a lost answer leaves the outcome unknown; a refusal of the event does not',
  async (t) => {
    for (const [status, expected] of [
      [401, UnknownOutcomeError],
      [409, ProblemError],
    ] as const) {
      const server = await startScriptedServer(t, (_received, response, nth) =>
        nth === 0 ? void response.destroy() : sendProblem(response, status, 'id-reused'),
      );
      await t.rejects(new Ledgerline({ url: server.url }).append(statement(1)), expected);
    }
  },
);

t.test('too many requests are waited out and stored nothing', async (t) => {
  const server = await startScriptedServer(t, (_received, response) =>
    sendProblem(response, 429, 'too-many-requests', { 'retry-after': '0' }),
  );
  const error = await new Ledgerline({ url: server.url, retries: 2 }).append(statement(1)).catch((e: unknown) => e);
  t.ok(error instanceof ProblemError);
  t.equal(server.received.length, 3);
});

t.test('a refusal is not tried again and says everything the server said', async (t) => {
  const errors = [{ pointer: '/data/title', message: 'is missing', code: 'missing' }];
  const server = await startScriptedServer(t, (_received, response) => {
    response.writeHead(422, { 'content-type': 'application/problem+json; charset=utf-8' });
    response.end(
      JSON.stringify({ type: '/problems/invalid-event', title: 'x', status: 422, code: 'invalid-event', errors }),
    );
  });
  const error = await new Ledgerline({ url: server.url }).append(statement(1)).catch((e: unknown) => e);
  t.match(error, { code: 'invalid-event', status: 422, errors });
  t.equal(server.received.length, 1);
});

t.test('what is no answer of this interface is told apart', async (t) => {
  const server = await startScriptedServer(
    t,
    (_received, response) => void response.writeHead(404).end('<h1>nginx</h1>'),
  );
  const error = await new Ledgerline({ url: server.url }).claim('x').catch((e: unknown) => e);
  t.ok(error instanceof UnexpectedAnswerError);
  t.match(error, { code: 'unexpected-answer', status: 404 });
});

t.test('an attempt has a deadline, its body included', async (t) => {
  const server = await startScriptedServer(t, (_received, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"items":');
  });
  const client = new Ledgerline({ url: server.url, retries: 0, timeoutMs: 100 });
  await t.rejects(client.timeline().page(), { code: 'timed-out' });
});

t.test('an abort ends what is under way with its own reason, also a pause between attempts', async (t) => {
  const server = await startScriptedServer(t, (_received, response) =>
    sendProblem(response, 503, 'not-ready', { 'retry-after': '50' }),
  );
  const abort = new AbortController();
  const reading = new Ledgerline({ url: server.url, signal: abort.signal }).claim('x');
  await until(() => server.received.length === 1);
  abort.abort(new Error('enough'));
  await t.rejects(reading, { message: 'enough' });
});

t.test('filters and options are written as the interface has them', async (t) => {
  const server = await startScriptedServer(t, (_received, response) => sendJson(response, emptyPage));
  const client = new Ledgerline({ url: `${server.url}/`, key: 'secret' });
  await client
    .timeline({
      country: ['LT', 'LV'],
      publisher: ['Echo, The'],
      kind: { not: 'measure' },
      hasFigure: true,
      minPosition: 'p',
      waitSeconds: 5,
    })
    .page();
  await client.event('https://desk.example/1', 'a:b').catch(() => undefined);
  const [list, one] = server.received;
  t.strictSame(Object.fromEntries(list?.url.searchParams ?? []), {
    country: 'LT,LV',
    publisher: String.raw`Echo\, The`,
    kind: '!measure',
    hasFigure: 'true',
    minPosition: 'p',
  });
  t.equal(list?.headers.prefer, 'wait=5');
  t.equal(list?.headers.authorization, 'Bearer secret');
  t.equal(one?.url.pathname, '/v1/events/https%3A%2F%2Fdesk.example%2F1/a%3Ab');
});

t.test('writes go to the ingest service where it stands elsewhere', async (t) => {
  const query = await startScriptedServer(t, (_received, response) => sendJson(response, emptyPage));
  const ingest = await startScriptedServer(t, (_received, response) => sendJson(response, stored, 201));
  const client = new Ledgerline({ url: query.url, ingestUrl: ingest.url });
  await client.append(statement(1));
  await client.timeline().page();
  t.strictSame([query.received.length, ingest.received.length], [1, 1]);
});

t.test('a walk fetches a page when the one before is used up, and stops when it is left', async (t) => {
  const server = await startScriptedServer(t, ({ url }, response) => {
    const page = Number(url.searchParams.get('cursor') ?? 0);
    sendJson(response, {
      items: [page * 2, page * 2 + 1],
      page: { next: page < 2 ? `${page + 1}` : null, prev: null, position: 'p' },
    });
  });
  const client = new Ledgerline({ url: server.url });
  const all = client.timeline({ limit: 2 });
  t.equal(all.position, null);
  const seen: unknown[] = [];
  for await (const item of all) seen.push(item);
  t.strictSame(seen, [0, 1, 2, 3, 4, 5]);
  t.equal(all.position, 'p');
  const before = server.received.length;
  for await (const item of client.timeline({ limit: 2 })) if (Number(item) === 1) break;
  t.equal(server.received.length - before, 1);
});
