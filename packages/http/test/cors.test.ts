import t from 'tap';
import { createKey } from '../src/index.ts';
import { startServer } from './start-server.ts';

const preflight = (origin: string, method: string) => ({
  method: 'OPTIONS',
  headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': 'content-type' },
});

t.test('without origins there is no cross-origin use', async (t) => {
  const { url } = await startServer(t, (app) => app.post('/events', () => ({})));
  const response = await fetch(`${url}/events`, preflight('https://news.example', 'POST'));
  t.equal(response.status, 204);
  t.equal(response.headers.get('access-control-allow-origin'), null);
});

t.test('a named origin may read and write, another may not', async (t) => {
  const corsOrigins = ['https://news.example'];
  const { url } = await startServer(t, (app) => app.post('/events', () => ({})), { corsOrigins });
  const allowed = await fetch(`${url}/events`, preflight('https://news.example', 'POST'));
  t.equal(allowed.headers.get('access-control-allow-origin'), 'https://news.example');
  t.match(allowed.headers.get('access-control-allow-methods'), /POST/);
  t.match(allowed.headers.get('access-control-allow-headers'), /Content-Type/);
  const refused = await fetch(`${url}/events`, preflight('https://evil.example', 'POST'));
  t.equal(refused.headers.get('access-control-allow-origin'), null);
  const error = await fetch(`${url}/nothing`, { headers: { origin: 'https://news.example' } });
  t.equal(error.status, 404);
  t.equal(error.headers.get('access-control-allow-origin'), 'https://news.example', 'errors can be read too');
  t.match(error.headers.get('access-control-expose-headers'), /Ledgerline-Position/);
  t.equal(error.headers.get('vary'), 'Origin');
});

t.test('what a browser must send to write in binary mode is allowed', async (t) => {
  const corsOrigins = ['https://news.example'];
  const { url } = await startServer(t, (app) => app.post('/events', () => ({})), { corsOrigins });
  const answer = await fetch(`${url}/events`, preflight('https://news.example', 'POST'));
  const allowed = (answer.headers.get('access-control-allow-headers') ?? '').split(', ');
  for (const name of ['ce-id', 'ce-source', 'ce-specversion', 'ce-type', 'ce-subject', 'ce-expectedversion']) {
    t.ok(allowed.includes(name), name);
  }
});

t.test('a preflight needs no key, and a 401 can be read', async (t) => {
  const { entry } = createKey('desk', ['write']);
  const corsOrigins = ['https://news.example'];
  const { url } = await startServer(t, (app) => app.post('/events', () => ({})), { corsOrigins, keys: [entry] });
  const asked = await fetch(`${url}/events`, preflight('https://news.example', 'POST'));
  t.equal(asked.status, 204);
  t.match(asked.headers.get('access-control-allow-headers'), /Authorization/);
  const refused = await fetch(`${url}/events`, { method: 'POST', headers: { origin: 'https://news.example' } });
  t.equal(refused.status, 401);
  t.equal(refused.headers.get('access-control-allow-origin'), 'https://news.example');
});

t.test('a star opens reads only', async (t) => {
  const { url } = await startServer(t, (app) => app.post('/events', () => ({})), { corsOrigins: ['*'] });
  const read = await fetch(`${url}/health/live`, { headers: { origin: 'https://any.example' } });
  t.equal(read.headers.get('access-control-allow-origin'), '*');
  const write = await fetch(`${url}/events`, preflight('https://any.example', 'POST'));
  t.equal(write.headers.get('access-control-allow-origin'), null);
});
