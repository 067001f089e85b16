import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { ConfigurationError, createKey, readKeysFile } from '../src/index.ts';
import { startServer } from './start-server.ts';

t.test('keys open what their scopes say', async (t) => {
  const reader = createKey('reader', ['read']);
  const writer = createKey('writer', ['write']);
  const admin = createKey('admin', ['admin']);
  const keys = [reader.entry, writer.entry, admin.entry];
  const { url } = await startServer(
    t,
    (app) => {
      app.get('/read', () => ({}));
      app.post('/write', () => ({}));
      app.get('/admin', { config: { scope: 'admin' } }, () => ({}));
    },
    { keys },
  );
  const status = async (path: string, authorization?: string, method = 'GET') => {
    const headers = authorization === undefined ? {} : { authorization };
    return (await fetch(url + path, { method, headers })).status;
  };

  t.test('no key, a malformed or an unknown one is 401 with a challenge', async (t) => {
    for (const authorization of [
      undefined,
      'Bearer',
      'Bearer ',
      `Basic ${reader.key}`,
      'Bearer nonsense',
      `Bearer ${reader.key}x`,
    ]) {
      const response = await fetch(`${url}/read`, { headers: authorization === undefined ? {} : { authorization } });
      t.equal(response.status, 401, String(authorization));
      t.match(response.headers.get('www-authenticate'), /^Bearer realm=/, String(authorization));
      t.match(await response.json(), { code: 'unauthenticated' });
    }
  });

  t.test('scopes are independent', async (t) => {
    t.equal(await status('/read', `Bearer ${reader.key}`), 200);
    t.equal(await status('/read', `bearer ${reader.key}`), 200, 'the scheme is case-insensitive');
    t.equal(await status('/read', `Bearer ${writer.key}`), 403);
    t.equal(await status('/read', `Bearer ${admin.key}`), 403);
    t.equal(await status('/write', `Bearer ${writer.key}`, 'POST'), 200);
    t.equal(await status('/write', `Bearer ${reader.key}`, 'POST'), 403);
    t.equal(await status('/admin', `Bearer ${admin.key}`), 200);
    t.equal(await status('/admin', `Bearer ${reader.key}`), 403);
    t.equal(await status('/metrics', `Bearer ${reader.key}`), 200);
  });

  t.test('what anybody may see needs no key, and 404 and 405 come before 401', async (t) => {
    t.equal(await status('/health/live'), 200);
    t.equal(await status('/health/ready'), 200);
    t.equal(await status('/problems'), 200);
    t.equal(await status('/metrics'), 401);
    t.equal(await status('/nothing'), 404);
    t.equal(await status('/write'), 405);
  });
});

t.test('off loopback a server without keys does not come to be, and one with keys takes any host', async (t) => {
  await t.rejects(startServer(t, undefined, { host: '0.0.0.0' }), ConfigurationError);
  const { key, entry } = createKey('reader', ['read']);
  const { url } = await startServer(t, undefined, { host: '0.0.0.0', keys: [entry] });
  const headers = { host: 'ledgerline.example', authorization: `Bearer ${key}` };
  t.equal((await fetch(`${url}/metrics`, { headers })).status, 200);
});

t.test('the keys file', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerline-keys-'));
  const write = (text: string) => {
    const path = join(folder, 'keys.json');
    writeFileSync(path, text);
    return path;
  };
  const { entry } = createKey('desk', ['read', 'write', 'read']);

  t.test('is read as written', async (t) => {
    t.same(entry.scopes, ['read', 'write']);
    t.same(readKeysFile(write(JSON.stringify({ keys: [entry] }))), [entry]);
  });

  t.test('is refused with every error, and without showing a hash', async (t) => {
    const secret = 'sha256:this-may-be-a-key';
    const broken = {
      keys: [
        { ...entry, hash: secret },
        { ...entry, scopes: ['root'] },
        { ...entry, extra: 1 },
      ],
    };
    try {
      readKeysFile(write(JSON.stringify(broken)));
      t.fail('it was taken');
    } catch (error) {
      t.type(error, ConfigurationError);
      t.equal((error as ConfigurationError).problems.length, 3);
      t.notMatch((error as Error).message, secret);
    }
    t.throws(() => readKeysFile(write('{')), { message: /is not JSON/ });
    t.throws(() => readKeysFile(join(folder, 'missing.json')), { message: /ENOENT/ });
    t.throws(() => readKeysFile(write(JSON.stringify({ keys: [entry, entry] }))), { message: /twice: desk/ });
  });
});
