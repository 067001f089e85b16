import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { claimFormats } from '../../src/formats/formats.ts';
import { event, statementData } from '../fixture/event-builders.ts';
import { createQueryApp } from '../fixture/query-app.ts';

const query = await createQueryApp(t);
const issued = 'statement.issued.v1';
const COUNT = 1_100;

await query.append(
  Array.from({ length: COUNT }, (_, n) =>
    event(
      `c-${n}`,
      issued,
      statementData({
        title: `Claim ${n}`,
        places: [{ name: 'X', role: 'country', countries: [n % 2 === 0 ? 'LT' : 'LV'] }],
      }),
    ),
  ),
);
await query.append([event('c-7', 'claim.retracted.v1', { reason: 'recording-error' })]);

const subjectsOf = (ndjson: string) =>
  ndjson
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { subject: string }).subject);

t.test('a walk in another format is all of it, in the order asked for, of one position', async (t) => {
  const answer = await query.get('/v1/timeline?format=ndjson&order=recorded');
  t.match(answer.headers['content-type'], /^application\/x-ndjson/);
  const subjects = subjectsOf(answer.text);
  t.equal(subjects.length, COUNT - 1);
  t.equal(new Set(subjects).size, COUNT - 1);
  t.equal(subjects[0], 'c-0');
  const filtered = await query.get('/v1/timeline?format=ndjson&country=LT');
  t.equal(subjectsOf(filtered.text).length, COUNT / 2);
  const csv = await query.get('/v1/timeline?format=csv');
  t.equal(csv.text.trim().split('\r\n').length, COUNT);
  t.match(csv.headers.link, /<\/v1\/timeline\.csv-metadata\.json>; rel="describedby"/);
});

t.test('with a limit it is a page, and Link leads on', async (t) => {
  const first = await query.get('/v1/timeline?format=csv&order=recorded&limit=2');
  t.equal(first.text.trim().split('\r\n').length, 3);
  const [, next = ''] = /<([^>]+)>; rel="next"/.exec(String(first.headers.link)) ?? [];
  const second = await query.get(next);
  t.match(second.text.split('\r\n')[1], /^c-2,/);
});

t.test('a feed is the latest recorded, and its pages go on to the end without losing or repeating one', async (t) => {
  const seen: string[] = [];
  let url: string | null = '/v1/timeline?format=jsonfeed&order=occurred';
  while (url !== null) {
    const feed = JSON.parse((await query.get(url)).text) as { items: { id: string }[]; next_url?: string };
    seen.push(...feed.items.map(({ id }) => id));
    url = feed.next_url === undefined ? null : feed.next_url.replace(/^http:\/\/localhost(:\d+)?/, '');
  }
  t.equal(seen[0], `urn:ledgerline:claim:c-${COUNT - 1}`);
  t.equal(seen.length, COUNT - 1);
  t.equal(new Set(seen).size, COUNT - 1);
});

t.test('Atom always says what was retracted', async (t) => {
  const feed = await query.get('/v1/timeline?subject=c-7,c-8', { accept: 'application/atom+xml' });
  t.match(feed.text, /<at:deleted-entry ref="urn:ledgerline:claim:c-7"/);
  t.match(feed.text, /<id>urn:ledgerline:claim:c-8<\/id>/);
  t.match(feed.headers.vary, /Accept/);
});

for (const { name, mediaType } of claimFormats) {
  t.test(
    `${name} has its media type, its position, an ETag that holds, and the same bytes as of a position`,
    async (t) => {
      const path = `/v1/timeline?format=${name}&country=LT&to=2022-01-01`;
      const answer = await query.get(path);
      t.equal(answer.status, 200);
      t.equal(answer.headers['content-type'], mediaType);
      const position = String(answer.headers['ledgerline-position']);
      const same = await query.get(path, { 'if-none-match': String(answer.headers.etag) });
      t.match(same, { status: 304, text: '', headers: { 'ledgerline-position': position } });
      const pinned = await query.get(`${path}&asOf=${position}`);
      await query.append([
        event(`late-${name}`, issued, statementData({ places: [{ name: 'X', role: 'country', countries: ['LT'] }] })),
      ]);
      t.equal((await query.get(`${path}&asOf=${position}`)).text, pinned.text);
      t.not((await query.get(path)).text, answer.text);
      t.equal((await query.get(path, { 'if-none-match': String(answer.headers.etag) })).status, 200);
    },
  );
}

t.test('what is no format is refused, by name and by Accept', async (t) => {
  t.match(await query.get('/v1/timeline?format=xml'), { status: 400, json: { code: 'invalid-parameter' } });
  t.match(await query.get('/v1/timeline', { accept: 'image/png' }), { status: 406, json: { code: 'not-acceptable' } });
  t.match(await query.get('/v1/timeline?format=json', { accept: 'text/csv' }), { headers: { 'content-type': /json/ } });
});

t.test('the metadata of the CSV is served where its link leads', async (t) => {
  const answer = await query.get('/v1/timeline.csv-metadata.json');
  t.match(answer, { status: 200, json: { '@context': ['http://www.w3.org/ns/csvw', {}] } });
  t.match(answer.headers['content-type'], /^application\/csvm\+json/);
});

t.test('a reader that leaves in the middle of a walk costs nothing more', async (t) => {
  await query.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = query.app.server.address() as AddressInfo;
  const asked = request({
    port,
    host: '127.0.0.1',
    path: '/v1/timeline?format=geojson',
    headers: { host: 'localhost' },
  });
  asked.end();
  const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage];
  await once(response, 'data');
  response.destroy();
  t.equal((await query.get('/v1/timeline?limit=1')).status, 200);
});
