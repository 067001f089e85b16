import t from 'tap';
import { type Gap, Ledgerline, memoryStore, ProblemError, type SubscriptionStatus } from '../src/index.ts';
import { sendFrames, sendProblem, startScriptedServer } from './fixture/scripted-server.ts';
import { until } from './fixture/until.ts';

const frame = (n: number) => ({ event: 'message', id: `p${n}`, data: { position: `p${n}`, offset: n } });
const afterOf = (url: URL) => url.searchParams.get('after');

t.test('a stream that is cut goes on after the last item, missing and repeating nothing', async (t) => {
  const server = await startScriptedServer(t, ({ url }, response) => {
    const next = Number((afterOf(url) ?? '').slice(1) || -1) + 1;
    if (afterOf(url) === 'earliest') sendFrames(response, [frame(0), frame(1)]);
    else sendFrames(response, [frame(next), frame(next + 1)]);
    // Half a frame, then nothing: what was not whole is asked for again.
    response.write('{"event":"message","id":"p9', () => response.destroy());
  });
  const seen: number[] = [];
  const subscription = new Ledgerline({ url: server.url }).subscribe({ from: 'earliest', kind: 'statement' });
  for await (const { offset } of subscription) {
    t.equal(subscription.position, `p${offset}`);
    if (seen.push(offset) === 6) break;
  }
  t.strictSame(seen, [0, 1, 2, 3, 4, 5]);
  t.strictSame(
    server.received.map(({ url }) => afterOf(url)),
    ['earliest', 'p1', 'p3'],
  );
  t.ok(server.received.every(({ url }) => url.searchParams.get('kind') === 'statement'));
  t.equal(subscription.status, 'closed');
});

t.test('where it begins and from which day on things occurred are two questions', async (t) => {
  const server = await startScriptedServer(t, (_received, response) => sendFrames(response, [frame(0)]));
  const filters = { from: '2021-03', to: '2021-06', kind: { not: 'measure' } } as const;
  const client = new Ledgerline({ url: server.url });
  for await (const { offset } of client.subscribe({ from: 'earliest', filters })) if (offset === 0) break;
  const view = client.localView<number>({
    initial: () => 0,
    apply: (n) => n + 1,
    version: 1,
    store: memoryStore(),
    filters,
  });
  await until(() => view.state === 1);
  await view.close();
  for (const { url } of server.received) {
    t.strictSame(Object.fromEntries(url.searchParams), {
      from: '2021-03',
      to: '2021-06',
      kind: '!measure',
      after: 'earliest',
    });
  }
  t.equal(server.received.length, 2);
});

t.test('leaving the loop closes the socket at once', async (t) => {
  const server = await startScriptedServer(t, (_received, response) => sendFrames(response, [frame(0)]));
  for await (const { offset } of new Ledgerline({ url: server.url }).subscribe()) {
    t.equal(offset, 0);
    break;
  }
  await until(async () => (await server.openConnections()) === 0, 2_000);
});

t.test('an abort ends a silent stream at once', async (t) => {
  const server = await startScriptedServer(t, (_received, response) =>
    sendFrames(response, [{ event: 'caught-up', id: 'p0', data: {} }]),
  );
  const abort = new AbortController();
  const statuses: SubscriptionStatus[] = [];
  const onStatus = (status: SubscriptionStatus) => {
    statuses.push(status);
    if (status === 'live') abort.abort(new Error('enough'));
  };
  const subscription = new Ledgerline({ url: server.url }).subscribe({ signal: abort.signal, onStatus });
  await t.rejects(subscription[Symbol.asyncIterator]().next(), { message: 'enough' });
  t.strictSame(statuses, ['connecting', 'catching-up', 'live', 'closed']);
});

t.test('a silent connection is given up; heartbeats keep one', async (t) => {
  const server = await startScriptedServer(t, (_received, response, nth) => {
    if (nth === 0) return sendFrames(response, [frame(0)]);
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    let beats = 0;
    const beating = setInterval(() => {
      beats += 1;
      if (beats === 25) sendFrames(response, [frame(1)]);
      else response.write('\n');
    }, 40);
    t.teardown(() => clearInterval(beating));
  });
  const seen: number[] = [];
  for await (const { offset } of new Ledgerline({ url: server.url }).subscribe({ watchdogMs: 600 })) {
    if (seen.push(offset) === 2) break;
  }
  t.strictSame(seen, [0, 1]);
  t.equal(server.received.length, 2);
});

t.test('positions of skipped events, gaps and farewells are the subscription’s own business', async (t) => {
  const gaps: Gap[] = [];
  const server = await startScriptedServer(t, (_received, response, nth) => {
    if (nth > 0) return sendFrames(response, [frame(8)]);
    sendFrames(response, [
      { event: 'gap', id: 'p3', data: { from: 'p0', to: 'p3' } },
      { event: 'message', id: 'p7' },
      { event: 'bye', data: {} },
    ]);
    response.end();
  });
  const subscription = new Ledgerline({ url: server.url }).subscribe({ from: 'p0', onGap: (gap) => gaps.push(gap) });
  for await (const item of subscription) {
    t.equal(item.offset, 8);
    break;
  }
  t.strictSame(gaps, [{ from: 'p0', to: 'p3' }]);
  t.strictSame(
    server.received.map(({ url }) => afterOf(url)),
    ['p0', 'p7'],
  );
});

t.test('a refusal that another attempt would meet again ends it', async (t) => {
  const server = await startScriptedServer(t, (_received, response, nth) =>
    nth === 0
      ? sendProblem(response, 503, 'too-many-streams', { 'retry-after': '0' })
      : sendProblem(response, 401, 'unauthenticated'),
  );
  const next = new Ledgerline({ url: server.url }).subscribe()[Symbol.asyncIterator]().next();
  await t.rejects(next, ProblemError);
  t.equal(server.received.length, 2);
});

t.test('a line that is no frame is a broken connection, not the end', async (t) => {
  const server = await startScriptedServer(t, (_received, response, nth) => {
    if (nth === 0) {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.end('<html>\n');
    } else sendFrames(response, [frame(1)]);
  });
  for await (const { offset } of new Ledgerline({ url: server.url }).subscribe()) {
    t.equal(offset, 1);
    break;
  }
});
