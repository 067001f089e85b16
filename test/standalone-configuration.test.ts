/** What `npm start` makes of its environment: all that is bad named at once, and nothing open to others without keys. */
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createKey } from '@ledgerline/http';
import { freshDatabase, startService } from '@ledgerline/testkit';
import t, { type Test } from 'tap';
import { npmStart, temporaryFolder } from './support/npm-start.ts';
import { createRestClient } from './support/rest-client.ts';
import { statement } from './support/sample-claims.ts';

async function refusedStart(t: Test, env: Readonly<Record<string, string>>) {
  const folder = await temporaryFolder(t);
  const app = await npmStart(t, folder, { LEDGERLINE_DATA: `${folder}/data`, ...env });
  const { code } = await app.exited;
  return { code, text: app.output.text() };
}

/** With a Host header of our choice, which fetch doesn't let one choose. */
async function statusForHost(url: string, host: string): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  request(url, { headers: { host } }, (response) => {
    response.resume();
    resolve(response.statusCode);
  })
    .on('error', reject)
    .end();
  return await promise;
}

await t.test('bad variables are all named at once, and end npm start with 78', async (t) => {
  const bad = {
    PORT: 'eighty',
    LOG_LEVEL: 'loud',
    DATABASE_URL: 'mysql://127.0.0.1/x',
    KAFKA_BROKERS: 'nowhere',
    KAFKA_PARTITIONS: '0',
    LEDGERLINE_SEEDS: 'maybe',
    LEDGERLINE_MAX_UPLOAD_BYTES: '1 GB',
    LEDGERLINE_CORS_ORIGINS: 'not an origin',
  };
  const { code, text } = await refusedStart(t, bad);
  t.equal(code, 78);
  for (const name of Object.keys(bad)) t.match(text, `${name}: `, name);
  t.notMatch(text, /\n\s+at /, 'no stack');
});

await t.test('off loopback without keys it refuses to start, with 78', async (t) => {
  const { code, text } = await refusedStart(t, { HOST: '0.0.0.0' });
  t.equal(code, 78);
  t.match(text, /LEDGERLINE_KEYS_FILE: is needed .or LEDGERLINE_JWKS_URL/);
});

await t.test('with a keys file every request needs a key of the scope', async (t) => {
  const folder = await temporaryFolder(t);
  const [reader, writer] = [createKey('reader', ['read']), createKey('writer', ['write'])];
  await writeFile(`${folder}/keys.json`, JSON.stringify({ keys: [reader.entry, writer.entry] }));
  const { url } = await freshDatabase(t);
  const env = { DATABASE_URL: url, LEDGERLINE_KEYS_FILE: `${folder}/keys.json` };
  const service = await startService(t, 'standalone', env);
  await service.ready();
  const as = (key?: string) => createRestClient({ read: service.baseUrl, write: service.baseUrl }, key);
  const timeline = async (key?: string) => (await as(key).get('/v1/timeline')).status;
  t.same([await timeline(), await timeline('llk_wrong'), await timeline(writer.key)], [401, 401, 403]);
  t.equal(await timeline(reader.key), 200);
  const post = async (key?: string) => (await as(key).send(statement())).status;
  t.same([await post(), await post(reader.key), await post(writer.key)], [401, 403, 201]);
  t.equal((await as().get('/v1/timeline')).headers.get('www-authenticate')?.split(' ')[0], 'Bearer');
  for (const open of ['/health/live', '/health/ready', '/docs', '/openapi.json', '/v1/schemas']) {
    t.equal((await as().get(open)).status, 200, open);
  }
  t.same([(await as().get('/metrics')).status, (await as(reader.key).get('/metrics')).status], [401, 200]);
});

await t.test('on loopback a request for another name is refused with 421', async (t) => {
  const { url } = await freshDatabase(t);
  const service = await startService(t, 'standalone', { DATABASE_URL: url, LEDGERLINE_SEEDS: 'off' });
  await service.ready();
  const { port } = new URL(service.baseUrl);
  const timeline = `${service.baseUrl}/v1/timeline`;
  for (const host of ['rebound.example', `rebound.example:${port}`, '192.0.2.1', 'localhost.example']) {
    t.equal(await statusForHost(timeline, host), 421, host);
  }
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, 'ledgerline.localhost']) {
    t.equal(await statusForHost(timeline, host), 200, host);
  }
});
