/** JWTs as credentials, against a key set on a real socket. */
import { createHmac } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import t, { type Test } from 'tap';
import { createVerifyToken, type TokenTimes } from '../src/access/verify-token.ts';
import { createKey, keyNameOf } from '../src/index.ts';
import { AUDIENCE, createTestKey, ISSUER, type KeySetServer, startKeySetServer } from './key-set-server.ts';
import { startServer } from './start-server.ts';

const routes = (app: FastifyInstance) => {
  app.get('/read', (request) => ({ name: keyNameOf(request) }));
  app.post('/write', () => ({}));
  app.get('/admin', { config: { scope: 'admin' } }, () => ({}));
};
/** Nothing waits: what is too old is so at once, and a set that failed is asked again. */
const AT_ONCE = { cooldownMs: 0, failurePauseMs: 0 };

async function serve(t: Test, set: KeySetServer, times: Partial<TokenTimes> = AT_ONCE) {
  const key = createKey('reader', ['read']);
  const tokens = createVerifyToken({ jwksUrl: set.url, issuer: ISSUER, audience: AUDIENCE, times });
  const { url } = await startServer(t, routes, { tokens, keys: [key.entry] });
  return {
    key: key.key,
    async get(path: string, token: string, method = 'GET') {
      const response = await fetch(url + path, { method, headers: { authorization: `Bearer ${token}` } });
      return { status: response.status, headers: response.headers, body: (await response.json()) as object };
    },
  };
}

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

await t.test('a token of the issuer opens what its scopes say', async (t) => {
  const key = await createTestKey('one');
  const { get, key: accessKey } = await serve(t, await startKeySetServer(t, [key.jwk]));
  t.match(await get('/read', await key.token()), { status: 200, body: { name: 'jwt:desk' } });
  t.equal((await get('/write', await key.token(), 'POST')).status, 403);
  t.equal((await get('/write', await key.token({ scope: 'write' }), 'POST')).status, 200);
  t.equal((await get('/read', await key.token({ scope: 'write' }))).status, 403, 'scopes are independent');
  t.equal((await get('/admin', await key.token({ scope: 'ledgerline:admin' }))).status, 200);
  t.equal((await get('/read', await key.token({ scope: undefined, scp: ['read'] }))).status, 200);
  t.equal((await get('/read', await key.token({ scope: undefined }))).status, 403);
  t.equal((await get('/read', await key.token({ aud: ['other', AUDIENCE] }))).status, 200);
  t.equal((await get('/read', accessKey)).status, 200, 'keys are taken beside tokens');
});

await t.test('every algorithm that is pinned is taken', async (t) => {
  const keys = await Promise.all(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'].map((alg) => createTestKey(alg, alg)));
  const { get } = await serve(
    t,
    await startKeySetServer(
      t,
      keys.map(({ jwk }) => jwk),
    ),
  );
  for (const key of keys) t.equal((await get('/read', await key.token())).status, 200, String(key.jwk.alg));
  t.equal((await get('/read', (await keys[2]?.token({}, {})) ?? '')).status, 200, 'without kid, where one key fits');
});

await t.test('without a kid every key that might be meant is tried', async (t) => {
  const [one, two, other] = await Promise.all(['one', 'two', 'other'].map((kid) => createTestKey(kid)));
  if (!one || !two || !other) throw new Error('no keys');
  const { get } = await serve(t, await startKeySetServer(t, [one.jwk, two.jwk]));
  t.equal((await get('/read', await two.token({}, {}))).status, 200);
  t.match(await get('/read', await two.token({ exp: 1 }, {})), { status: 401, body: { detail: /expired/ } });
  t.equal((await get('/read', await other.token({}, {}))).status, 401);
});

await t.test('what is not a good token is 401 with a challenge', async (t) => {
  const [key, other] = [await createTestKey('one', 'RS256'), await createTestKey('one', 'RS256')];
  const { get } = await serve(t, await startKeySetServer(t, [key.jwk]));
  const now = Math.floor(Date.now() / 1_000);
  const good = await key.token();
  const [header = '', payload = '', signature = ''] = good.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const hmac = (text: string) => `${text}.${createHmac('sha256', key.spki).update(text).digest('base64url')}`;
  const cases: Record<string, string> = {
    'of another key with the same kid': await other.token(),
    'of another issuer': await key.token({ iss: 'https://evil.example/' }),
    'for another audience': await key.token({ aud: 'https://other.example' }),
    'for no audience': await key.token({ aud: undefined }),
    'expired longer ago than clocks differ': await key.token({ exp: now - 90 }),
    'without an end': await key.token({ exp: undefined }),
    'not yet good': await key.token({ nbf: now + 90 }),
    'of nobody': await key.token({ sub: undefined }),
    'of a name that no line can hold': await key.token({ sub: 'a\u0000b' }),
    'with other claims under its signature': `${header}.${base64url({ ...claims, scope: 'admin' })}.${signature}`,
    unsigned: `${base64url({ alg: 'none' })}.${payload}.`,
    'unsigned, in other letters': `${base64url({ alg: 'nOnE' })}.${payload}.`,
    'unsigned, with a signature': `${base64url({ alg: 'none' })}.${payload}.${signature}`,
    'signed with the public key as a secret': hmac(`${base64url({ alg: 'HS256', kid: 'one' })}.${payload}`),
    'cut off': `${header}.${payload}`,
    'with a critical header nobody knows': `${base64url({ alg: 'RS256', kid: 'one', crit: ['x'], x: 1 })}.${payload}.${signature}`,
    'no JSON': 'a.b.c',
    dots: '...',
  };
  for (const [name, token] of Object.entries(cases)) {
    const { status, headers, body } = await get('/read', token);
    t.equal(status, 401, name);
    t.match(headers.get('www-authenticate'), /^Bearer realm="ledgerline", error="invalid_token"$/, name);
    t.match(body, { code: 'unauthenticated', detail: String }, name);
  }
  t.equal((await get('/read', await key.token({ exp: now - 30 }))).status, 200, 'clocks may differ by a minute');
});

await t.test(
  'a rotated key is found, and one taken out of the set is good no longer than the set is kept',
  async (t) => {
    const [old, next] = [await createTestKey('old'), await createTestKey('next')];
    const set = await startKeySetServer(t, [old.jwk]);
    const { get } = await serve(t, set);
    t.equal((await get('/read', await old.token())).status, 200);
    t.equal((await get('/read', await old.token())).status, 200);
    t.equal(set.fetched, 1, 'the set is kept');
    set.keys = [next.jwk];
    t.equal((await get('/read', await next.token())).status, 200);
    t.equal(set.fetched, 2);
    t.equal((await get('/read', await old.token())).status, 401);
  },
);

await t.test('keys that nobody has cause no more fetches than one in a while', async (t) => {
  const [key, foreign] = [await createTestKey('one'), await createTestKey('foreign')];
  const set = await startKeySetServer(t, [key.jwk]);
  const { get } = await serve(t, set, {});
  for (let n = 0; n < 5; n += 1) t.equal((await get('/read', await foreign.token())).status, 401);
  t.equal(set.fetched, 1);
});

await t.test(
  'a key set that can’t be had is 503 with Retry-After, and heals; access keys work meanwhile',
  async (t) => {
    const key = await createTestKey('one');
    const set = await startKeySetServer(t, [key.jwk]);
    const { get, key: accessKey } = await serve(t, set, { ...AT_ONCE, fetchTimeoutMs: 200 });
    const token = await key.token();
    for (const mood of ['failing', 'broken', 'hang'] as const) {
      set.mood = mood;
      const { status, headers, body } = await get('/read', token);
      t.equal(status, 503, mood);
      t.ok(Number(headers.get('retry-after')) > 0, mood);
      t.match(body, { code: 'key-set-unavailable' }, mood);
      t.equal((await get('/read', accessKey)).status, 200, mood);
    }
    set.mood = 'well';
    t.equal((await get('/read', token)).status, 200);
    set.mood = 'failing';
    t.equal((await get('/read', token)).status, 200, 'a set that is kept needs no fetch');
  },
);

await t.test('a key set that failed is not asked for every token', async (t) => {
  const key = await createTestKey('one');
  const set = await startKeySetServer(t, [key.jwk]);
  const { get } = await serve(t, set, { failurePauseMs: 60_000 });
  set.mood = 'failing';
  for (let n = 0; n < 3; n += 1) t.equal((await get('/read', await key.token())).status, 503);
  t.equal(set.fetched, 1);
});
