/** What needs which key, over the whole interface: the document says of each path what the guard does. */
import { createKey, scopes } from '@ledgerline/http';
import t from 'tap';
import { operations } from '../src/openapi/operations.ts';
import { createQueryApp } from './fixture/query-app.ts';

const created = scopes.map((scope) => ({ scope, ...createKey(scope, [scope]) }));
const query = await createQueryApp(t, { empty: true, keys: created.map(({ entry }) => entry) });
type Secured = { readonly security: readonly Readonly<Record<string, readonly string[]>>[] };
const { paths } = (await query.get('/openapi.json')).json as { paths: Record<string, Record<string, Secured>> };
// Ingest serves it, which may be elsewhere.
const served = operations.filter(({ path, method }) => !(method === 'post' && path === '/v1/events'));

/** With what nobody takes among its parameters, so that what is let in does nothing. */
const ask = async (method: 'GET' | 'POST', path: string, key?: string) => {
  const url = `${path.replaceAll(/\{\w+\}/g, '1')}?nothing=1`;
  const headers = { host: 'localhost', ...(key !== undefined && { authorization: `Bearer ${key}` }) };
  return (await query.app.inject({ method, url, headers })).statusCode;
};

t.test('every path takes the keys whose scope the document names, and no other', async (t) => {
  for (const { path, method } of served) {
    const asked = method === 'get' ? 'GET' : 'POST';
    const scope = paths[path]?.[method]?.security[0]?.['key']?.[0] ?? 'none';
    t.equal((await ask(asked, path)) === 401, scope !== 'none', `${asked} ${path} without a key`);
    for (const { scope: given, key } of created) {
      const isRefused = scope !== 'none' && given !== scope;
      t.equal((await ask(asked, path, key)) === 403, isRefused, `${asked} ${path} with ${given}`);
    }
  }
});

t.test('without a key there are health, what the interface is, and nothing that was recorded', async (t) => {
  const open = served.filter(({ path, method }) => paths[path]?.[method]?.security.length === 0);
  t.same(
    open.map(({ path }) => path),
    ['/v1/schemas', '/v1/schemas/{type}', '/health/live', '/health/ready'],
  );
  for (const path of ['/', '/docs', '/openapi.json', '/asyncapi.json', '/problems', '/problems/not-found']) {
    t.equal(await ask('GET', path), 200, path);
  }
});
