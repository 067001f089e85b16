import t from 'tap';
import { z } from 'zod';
import { readCommandBody } from '../src/index.ts';
import { startServer } from './start-server.ts';

const schema = z.strictObject({ gently: z.boolean().default(true) });

t.test('a command says JSON or nothing, and no form can give one', async (t) => {
  const { url } = await startServer(t, (app) => {
    app.post('/command', async (request) => await readCommandBody(request, schema));
  });
  const post = async (headers: Record<string, string>, body?: string) => {
    const answer = await fetch(`${url}/command`, { method: 'POST', headers, ...(body !== undefined && { body }) });
    return [answer.status, await answer.json()] as const;
  };
  const json = { 'content-type': 'application/json' };
  const origin = { origin: 'https://elsewhere.example' };

  t.same(await post({}), [200, { gently: true }]);
  t.same(await post(json), [200, { gently: true }], 'JSON is said, and nothing sent');
  t.same(await post(json, '{"gently":false}'), [200, { gently: false }]);
  t.same(await post({ ...json, ...origin }, '{}'), [200, { gently: true }], 'a page that may asked before');
  for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', 'json']) {
    for (const headers of [{}, origin]) {
      for (const body of [undefined, '{}']) {
        t.match(
          await post({ ...headers, 'content-type': type }, body),
          [415, { code: 'unsupported-media-type' }],
          type,
        );
      }
    }
  }
  t.match(await post(origin), [415, { code: 'unsupported-media-type' }], 'a page that says nothing');
  t.match(await post(json, '{"x":1}'), [422, { code: 'invalid-body' }]);
  t.match(await post(json, '{'), [400, { code: 'invalid-json' }]);
});
