import t from 'tap';
import { createReadiness, type ReadinessCheck } from '../src/health/readiness.ts';
import { startServer } from './start-server.ts';

const times = { deadlineMs: 50, freshMs: 0, abandonMs: 10_000 };

t.test('ready where every dependency answers', async (t) => {
  const probe = createReadiness([{ name: 'log', check: () => Promise.resolve() }], times);
  t.match(await probe(), { ready: true, dependencies: { log: { status: 'up', since: /^\d{4}-.*Z$/ } } });
});

t.test('a failing dependency is down with its reason, and since is when that began', async (t) => {
  let reason: string | null = 'no broker';
  const check = () => (reason === null ? Promise.resolve() : Promise.reject(new Error(reason)));
  const probe = createReadiness([{ name: 'log', check }], times);
  const first = await probe();
  t.match(first, { ready: false, dependencies: { log: { status: 'down', reason: 'no broker' } } });
  reason = 'another reason';
  const second = await probe();
  t.match(second.dependencies['log'], { reason: 'another reason', since: first.dependencies['log']?.since });
  reason = null;
  t.equal((await probe()).ready, true);
});

t.test('a dependency that never answers is down after the deadline, and asked once', async (t) => {
  let asked = 0;
  const signals: AbortSignal[] = [];
  const hole: ReadinessCheck = {
    name: 'hole',
    check(signal) {
      asked++;
      signals.push(signal);
      return new Promise(() => undefined);
    },
  };
  const probe = createReadiness([hole], times);
  const started = performance.now();
  for (let probes = 0; probes < 5; probes++) {
    t.match((await probe()).dependencies['hole'], { status: 'down', reason: /no answer within 50 ms/ });
  }
  t.ok(performance.now() - started < 1_000);
  t.equal(asked, 1);
  t.ok(signals[0]?.aborted);
});

t.test('probes at one time share a check, and an answer is kept for a moment', async (t) => {
  let asked = 0;
  const check = () => {
    asked++;
    return Promise.resolve();
  };
  const probe = createReadiness([{ name: 'log', check }], { ...times, freshMs: 10_000 });
  await Promise.all([probe(), probe(), probe()]);
  await probe();
  t.equal(asked, 1);
});

t.test('a check that throws rather than rejects is down too', async (t) => {
  const check = (): Promise<void> => {
    throw new Error('thrown');
  };
  t.match((await createReadiness([{ name: 'x', check }], times)()).dependencies['x'], { reason: 'thrown' });
});

t.test('/health/ready is 200 or 503 with each dependency, /health/live is 200 all the same', async (t) => {
  let up = true;
  const check = () => (up ? Promise.resolve() : Promise.reject(new Error('gone')));
  const { url } = await startServer(t, undefined, { checks: [{ name: 'database', check }] });
  const ready = await fetch(`${url}/health/ready`);
  t.equal(ready.status, 200);
  t.match(await ready.json(), { status: 'ready', dependencies: { database: { status: 'up' } } });
  up = false;
  const other = await startServer(t, undefined, { checks: [{ name: 'database', check }] });
  const down = await fetch(`${other.url}/health/ready`);
  t.equal(down.status, 503);
  t.ok(down.headers.get('retry-after'));
  t.match(await down.json(), {
    code: 'not-ready',
    detail: 'database: gone',
    dependencies: { database: { reason: 'gone' } },
  });
  t.equal((await fetch(`${other.url}/health/live`)).status, 200);
});
