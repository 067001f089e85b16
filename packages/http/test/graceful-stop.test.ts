import { once } from 'node:events';
import { Agent, request } from 'node:http';
import t from 'tap';
import { stoppingSignal } from '../src/index.ts';
import { startServer } from './start-server.ts';

type Reply = { status: number; connection: string | undefined };

/** One request on a kept connection; rejects where the connection was cut. */
function ask(agent: Agent, url: string): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const sent = request(url, { agent }, (response) => {
    response.resume();
    response.on('end', () => resolve({ status: response.statusCode ?? 0, connection: response.headers.connection }));
  });
  sent.on('error', reject);
  sent.end();
  return promise;
}

t.test('a request under way when the server stops is answered', async (t) => {
  const begun = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const { app, url } = await startServer(t, (server) => {
    server.get('/slow', async () => {
      begun.resolve();
      await release.promise;
      return {};
    });
  });
  const agent = new Agent({ keepAlive: true });
  t.teardown(() => agent.destroy());
  const slow = ask(agent, `${url}/slow`);
  await begun.promise;
  const closed = app.close();
  if (!stoppingSignal(app).aborted) await once(stoppingSignal(app), 'abort');
  release.resolve();
  t.equal((await slow).status, 200);
  await closed;
});

t.test('a kept connection is answered once more with connection: close, and new ones are refused', async (t) => {
  const { app, url } = await startServer(t, undefined, { stopTimes: { lingerMs: 2_000, deadlineMs: 5_000 } });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => agent.destroy());
  t.equal((await ask(agent, `${url}/health/live`)).connection, 'keep-alive');
  const closed = app.close();
  t.same(await ask(agent, `${url}/health/live`), { status: 200, connection: 'close' });
  await t.rejects(fetch(`${url}/health/live`));
  await closed;
});

t.test('an idle connection does not hold the stop up', async (t) => {
  const { app, url } = await startServer(t, undefined, { stopTimes: { lingerMs: 100, deadlineMs: 5_000 } });
  const agent = new Agent({ keepAlive: true });
  t.teardown(() => agent.destroy());
  await ask(agent, `${url}/health/live`);
  const started = performance.now();
  await app.close();
  t.ok(performance.now() - started < 2_000);
});

t.test('a kept connection whose last answer comes late does not hold the stop up', async (t) => {
  const begun = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const { app, url } = await startServer(
    t,
    (server) => {
      server.get('/slow', async () => {
        begun.resolve();
        await release.promise;
        return {};
      });
    },
    { stopTimes: { lingerMs: 1, deadlineMs: 5_000 } },
  );
  const agent = new Agent({ keepAlive: true });
  t.teardown(() => agent.destroy());
  const slow = ask(agent, `${url}/slow`);
  await begun.promise;
  const closed = app.close();
  await new Promise((resolve) => stoppingSignal(app).addEventListener('abort', resolve, { once: true }));
  setTimeout(release.resolve, 50);
  t.equal((await slow).status, 200);
  const started = performance.now();
  await closed;
  t.ok(performance.now() - started < 2_000);
});

t.test('a request that never ends is cut off at the deadline', async (t) => {
  const begun = Promise.withResolvers<void>();
  const { app, url } = await startServer(
    t,
    (server) => {
      server.get('/stuck', async () => {
        begun.resolve();
        await new Promise(() => undefined);
      });
    },
    { stopTimes: { lingerMs: 50, deadlineMs: 300 } },
  );
  const agent = new Agent({ keepAlive: true });
  t.teardown(() => agent.destroy());
  const stuck = ask(agent, `${url}/stuck`).catch(() => 'cut');
  await begun.promise;
  const started = performance.now();
  await app.close();
  t.ok(performance.now() - started < 3_000);
  t.equal(await stuck, 'cut');
});

t.test('clients that go on while the server stops get whole answers or are refused, never cut off', async (t) => {
  const { app, url } = await startServer(t);
  const outcomes = new Map<string, number>();
  const count = (outcome: string) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  t.teardown(() => agent.destroy());
  let going = true;
  const clients = Array.from({ length: 8 }, async () => {
    while (going) {
      try {
        count(String((await ask(agent, `${url}/health/live`)).status));
      } catch (error) {
        count((error as NodeJS.ErrnoException).code ?? 'unknown');
        going = (error as NodeJS.ErrnoException).code !== 'ECONNREFUSED';
      }
    }
  });
  // Some answers first, so that connections are warm.
  while ((outcomes.get('200') ?? 0) < 50) await new Promise((resolve) => setImmediate(resolve));
  await app.close();
  going = false;
  await Promise.all(clients);
  t.same(
    [...outcomes.keys()].filter((outcome) => outcome !== '200' && outcome !== 'ECONNREFUSED'),
    [],
  );
});
