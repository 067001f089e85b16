import t from 'tap';
import { clientOfAddress, createRequestLimiter } from '../src/access/request-limiter.ts';
import { createKey } from '../src/index.ts';
import { startServer } from './start-server.ts';

const [reader, other] = [createKey('reader', ['read']), createKey('other', ['read'])];
const keys = [reader.entry, other.entry];
const requestLimits = { perKey: 3, perAddress: 4 };

t.test(
  'off loopback a key has so many requests, told with each answer, then 429; another key has its own',
  async (t) => {
    const { url } = await startServer(
      t,
      (app) => {
        app.get('/read', () => ({}));
        app.post('/write', () => ({}));
      },
      { host: '0.0.0.0', keys, requestLimits, corsOrigins: ['*'] },
    );
    const get = async (path: string, key?: string, method = 'GET') =>
      await fetch(url + path, {
        method,
        headers: { origin: 'https://a.example', ...(key && { authorization: `Bearer ${key}` }) },
      });
    const left = (answer: Response) => [answer.status, answer.headers.get('ratelimit-remaining')];

    t.same(left(await get('/read', reader.key)), [200, '2']);
    t.same(left(await get('/write', reader.key, 'POST')), [403, '1'], 'what is refused counts');
    const third = await get('/read', reader.key);
    t.same(left(third), [200, '0']);
    t.equal(third.headers.get('ratelimit-limit'), '3');
    t.equal(third.headers.get('ratelimit-policy'), '3;w=60');
    t.ok(Number(third.headers.get('ratelimit-reset')) <= 60);
    t.match(third.headers.get('access-control-expose-headers'), /RateLimit-Limit/);
    const fourth = await get('/read', reader.key);
    t.same(left(fourth), [429, '0']);
    t.equal(fourth.headers.get('retry-after'), fourth.headers.get('ratelimit-reset'));
    t.match(await fourth.json(), { code: 'too-many-requests', detail: 'This key may send 3 requests in 60 s.' });
    t.same(left(await get('/read', other.key)), [200, '2']);
  },
);

t.test('who has no good key is counted by address; health is asked as often as anybody likes', async (t) => {
  const { url } = await startServer(t, (app) => app.get('/read', () => ({})), { host: '0.0.0.0', keys, requestLimits });
  const status = async (path: string, key?: string) =>
    (await fetch(url + path, { headers: key ? { authorization: `Bearer ${key}` } : {} })).status;
  t.equal(await status('/problems'), 200);
  t.equal(await status('/read'), 401);
  t.equal(await status('/read', 'llk_wrong'), 401);
  t.equal(await status('/read', reader.key), 200, 'a good key is not counted by its address');
  t.equal(await status('/problems'), 200);
  t.equal(await status('/read', 'llk_wrong'), 429, 'attempts count');
  t.equal(await status('/problems'), 429);
  t.equal(await status('/read', reader.key), 200, 'and keeps nobody with a key out');
  for (let n = 0; n < 10; n += 1) t.equal(await status('/health/live'), 200);
  t.equal(await status('/health/ready'), 200);
});

t.test('on loopback nothing is limited, with keys or without', async (t) => {
  for (const options of [{}, { keys }]) {
    const { url } = await startServer(t, (app) => app.get('/read', () => ({})), { ...options, requestLimits });
    for (let n = 0; n < 6; n += 1) {
      const answer = await fetch(`${url}/read`, { headers: { authorization: `Bearer ${reader.key}` } });
      t.equal(answer.status, 200);
      t.equal(answer.headers.get('ratelimit-limit'), null);
    }
  }
});

t.test('a window begins with its first request and is forgotten when it is over', async (t) => {
  let now = 0;
  const limiter = createRequestLimiter(2, () => now);
  t.match(limiter.take('a'), { limit: 2, remaining: 1, resetSeconds: 60, exceeded: false });
  now = 59_001;
  t.match(limiter.take('a'), { remaining: 0, resetSeconds: 1, exceeded: false });
  t.match(limiter.take('a'), { remaining: 0, exceeded: true });
  t.match(limiter.take('b'), { remaining: 1, exceeded: false });
  now = 60_000;
  t.match(limiter.take('a'), { remaining: 1, resetSeconds: 60, exceeded: false });
});

t.test('an IPv6 address counts as its network, a mapped IPv4 address as itself', async (t) => {
  t.equal(clientOfAddress('192.0.2.7'), '192.0.2.7');
  t.equal(clientOfAddress('::ffff:192.0.2.7'), '192.0.2.7');
  t.equal(clientOfAddress('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2');
  t.equal(clientOfAddress('2001:db8:1:2::9'), '2001:db8:1:2');
  t.equal(clientOfAddress('2001:db8::1'), '2001:db8:0:0');
  t.equal(clientOfAddress('fe80::1%eth0'), 'fe80:0:0:0');
  t.equal(clientOfAddress('::1'), '0:0:0:0');
});
