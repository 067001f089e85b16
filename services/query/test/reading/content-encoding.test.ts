import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { listen } from '@ledgerline/http';
import t from 'tap';
import { chooseEncoding } from '../../src/reading/content-encoding.ts';
import { statement } from '../fixture/event-builders.ts';
import { createQueryApp } from '../fixture/query-app.ts';

const choices: [accept: string | undefined, encoding: string | null][] = [
  [undefined, null],
  ['', null],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['GZIP, Deflate', 'gzip'],
  ['gzip, deflate, br', 'br'],
  ['gzip, deflate, br, zstd', 'zstd'],
  ['gzip;q=1, br;q=0.9, zstd;q=0', 'gzip'],
  ['*', 'zstd'],
  ['*, zstd;q=0, br;q=0', 'gzip'],
  ['gzip;q=0', null],
  ['deflate, compress', null],
  ['identity', null],
  ['identity, gzip;q=0.5', null],
  ['gzip, identity;q=0.5', 'gzip'],
  ['gzip;q=junk', null],
];
for (const [accept, encoding] of choices) {
  t.test(`Accept-Encoding: ${accept ?? '(none)'} is answered as ${encoding ?? 'it is'}`, async (t) => {
    t.equal(chooseEncoding(accept), encoding);
  });
}

const decoders = {
  gzip: gunzipSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
};

const query = await createQueryApp(t);
await query.append(Array.from({ length: 700 }, (_, index) => statement(`s-${index}`, { summary: 'x'.repeat(200) })));
const url = await listen(query.app, { host: '127.0.0.1', port: 0 });

async function fetched(path: string, headers: Record<string, string>) {
  const request = httpGet(`${url}${path}`, { headers });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await buffer(response) };
}

for (const [encoding, decode] of Object.entries(decoders)) {
  t.test(`${encoding}: the same bytes, fewer of them, with the same ETag; 304 and HEAD too`, async (t) => {
    for (const path of ['/v1/timeline', '/v1/events', '/v1/statistics/counts?by=day', '/openapi.json', '/docs']) {
      const plain = await fetched(path, {});
      t.equal(plain.headers['content-encoding'], undefined, path);
      t.match(plain.headers['vary'], /Accept-Encoding/, path);
      const packed = await fetched(path, { 'accept-encoding': encoding });
      if (plain.body.length < 1_400) {
        t.equal(packed.headers['content-encoding'], undefined, path);
        t.same(packed.body, plain.body);
        continue;
      }
      t.equal(packed.headers['content-encoding'], encoding, path);
      t.ok(decode(packed.body).equals(plain.body), path);
      t.ok(packed.body.length < plain.body.length / 2);
      const etag = String(packed.headers['etag']);
      t.equal(etag, plain.headers['etag']);
      t.match(etag, /^W\/"/);
      const known = await fetched(path, { 'accept-encoding': encoding, 'if-none-match': etag });
      t.equal(known.status, 304);
      t.equal(known.body.length, 0);
      t.match(known.headers['vary'], /Accept-Encoding/);
      if (path.startsWith('/v1')) t.equal(known.headers['ledgerline-position'], plain.headers['ledgerline-position']);
      const head = await query.app.inject({
        method: 'HEAD',
        url: path,
        headers: { host: 'localhost', 'accept-encoding': encoding },
      });
      t.equal(head.statusCode, 200);
      t.equal(head.body, '');
      t.equal(head.headers['content-encoding'], encoding);
      t.equal(Number(head.headers['content-length']), packed.body.length);
    }
  });

  t.test(`${encoding}: a replay is compressed as it flows, and whole`, async (t) => {
    const plain = await fetched('/v1/events', { accept: 'application/x-ndjson' });
    const packed = await fetched('/v1/events', { accept: 'application/x-ndjson', 'accept-encoding': encoding });
    t.equal(packed.headers['content-encoding'], encoding);
    t.ok(decode(packed.body).equals(plain.body));
    t.equal(plain.body.toString().trimEnd().split('\n').length, 700);
  });
}

t.test('a small answer is sent as it is', async (t) => {
  const answer = await fetched('/v1/timeline?limit=1&fields=subject', { 'accept-encoding': 'gzip' });
  t.equal(answer.headers['content-encoding'], undefined);
  t.match(JSON.parse(answer.body.toString()), { items: [{ subject: /^s-/ }] });
});

t.test('a client that leaves a compressed replay ends it', async (t) => {
  const request = httpGet(`${url}/v1/events`, {
    headers: { accept: 'application/x-ndjson', 'accept-encoding': 'gzip' },
  });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  await once(response, 'readable');
  response.destroy();
  await once(response, 'close');
  t.equal((await fetched('/v1/events?limit=1', {})).status, 200);
});
