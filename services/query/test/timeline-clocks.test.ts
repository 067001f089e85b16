import { toPositionToken } from '@ledgerline/log';
import t from 'tap';
import { claimListSchema } from '../src/shapes/claim.ts';
import { correction, link, retraction, statement, statementData } from './fixture/event-builders.ts';
import { createQueryApp, type QueryApp } from './fixture/query-app.ts';

const titles = async (query: QueryApp, url: string) => {
  const answer = await query.get(url);
  if (answer.status !== 200) throw new Error(answer.text);
  const { items } = claimListSchema.parse(answer.json);
  return items.map(({ subject, version, title }) => `${subject} ${version} ${title}`);
};
const report = (publishedOn: string) => ({ reports: [{ publisher: 'Gazette', publishedOn }] });

t.test('asOf a position gives the same bytes whatever comes later', async (t) => {
  const query = await createQueryApp(t);
  await query.append([statement('a', { title: 'first' }), statement('b'), link('a', 'same-incident', 'c')]);
  const before = await query.get('/v1/timeline');
  const position = String(before.headers['ledgerline-position']);
  const pinned = await query.get(`/v1/timeline?asOf=${position}`);
  t.equal(pinned.text, before.text);
  await query.append([
    correction('a', statementData({ title: 'second' })),
    retraction('b'),
    statement('c'),
    link('b', 'updates', 'a'),
  ]);
  t.equal((await query.get(`/v1/timeline?asOf=${position}`)).text, pinned.text);
  t.strictSame(await titles(query, '/v1/timeline'), ['a 2 second', 'c 1 A claim']);
  t.strictSame(await titles(query, '/v1/timeline?asOf=earliest'), []);
  t.equal((await query.get(`/v1/claims/a?asOf=${position}`)).at('/relations/0/pending'), true);
  t.equal((await query.get('/v1/claims/a')).at('/relations/0/pending'), false);
});

t.test('asOf a time holds what was appended before it', async (t) => {
  const query = await createQueryApp(t);
  await query.append([statement('a', { title: 'first' })], { at: '2026-03-01T10:00:00.000Z' });
  await query.append([correction('a', statementData({ title: 'second' })), statement('b')], {
    at: '2026-03-01T11:00:00.000Z',
  });
  t.strictSame(await titles(query, '/v1/timeline?asOf=2026-03-01T10:00:00Z'), []);
  t.strictSame(await titles(query, '/v1/timeline?asOf=2026-03-01T10:00:00.001Z'), ['a 1 first']);
  t.strictSame(await titles(query, '/v1/timeline?asOf=2026-03-01T12:00:00%2B01:00'), ['a 1 first']);
  t.strictSame(await titles(query, '/v1/timeline?asOf=2026-03-01T11:00:00.001Z'), ['a 2 second', 'b 1 A claim']);
  const later = await query.get('/v1/timeline?asOf=2999-01-01T00:00:00Z');
  t.equal(later.status, 409);
  t.equal(later.at('/code'), 'position-ahead');
});

t.test('knownBy shows the last version published by that day', async (t) => {
  const query = await createQueryApp(t);
  await query.append([
    statement('a', { title: 'first', published: '2021-08-01' }),
    correction('a', statementData({ title: 'third' }), report('2021-08-20')),
    correction('a', statementData({ title: 'transcribed again' })),
    statement('late', { published: '2021-08-10' }),
    statement('month', { published: '2021-08' }),
    statement('gone', { published: '2021-08-01' }),
    retraction('gone'),
  ]);
  const known = (day: string, more = '') => titles(query, `/v1/timeline?knownBy=${day}${more}`);
  t.strictSame(await known('2021-07-31'), []);
  t.strictSame(await known('2021-08-01'), ['a 1 first']);
  t.strictSame(await known('2021-08-01', '&dateMatch=possible'), ['a 1 first', 'month 1 A claim']);
  t.strictSame(await known('2021-08-19'), ['a 1 first', 'late 1 A claim']);
  t.strictSame(
    await known('2021-08-20'),
    ['a 3 transcribed again', 'late 1 A claim'],
    'a correction without reports has the date of the one before',
  );
  t.strictSame(await known('2021-08'), ['a 3 transcribed again', 'late 1 A claim', 'month 1 A claim']);
  t.strictSame(
    await known('2021-08-01', '&state=all'),
    ['a 1 first', 'gone 2 A claim'],
    'a retraction applies to whatever was known',
  );
});

t.test('with knownBy a relation counts with the version that states it', async (t) => {
  const query = await createQueryApp(t);
  await query.append([
    statement('a', { published: '2021-08-01' }),
    statement('b', { published: '2021-08-25', relations: [{ type: 'updates', target: 'a' }] }),
    // Published at some time from then on: never certainly by any day.
    statement('c', { published: '2021-07-01/..', relations: [{ type: 'same-incident', target: 'a' }] }),
  ]);
  t.equal((await query.get('/v1/claims/a')).at('/relations/length'), 2);
  t.equal((await query.get('/v1/claims/a?knownBy=2021-08-02')).at('/relations/length'), 0);
  t.equal((await query.get('/v1/claims/b?knownBy=2021-08-02')).status, 404);
});

t.test('minPosition answers from a view that holds it, waits as long as preferred, and is else 503', async (t) => {
  const query = await createQueryApp(t);
  await query.append([statement('a')]);
  await query.append([statement('b')], { views: ['journal'] });
  const all = await query.get('/v1/events');
  const wanted = String(all.headers['ledgerline-position']);
  const behind = await query.get(`/v1/timeline?minPosition=${wanted}`);
  t.equal(behind.status, 503);
  t.equal(behind.at('/code'), 'view-behind');
  t.ok(Number(behind.headers['retry-after']) > 0);
  t.equal((await query.get(`/v1/timeline?asOf=${wanted}`)).at('/code'), 'view-behind');
  const waiting = query.get(`/v1/timeline?minPosition=${wanted}`, { prefer: 'wait=20' });
  await query.catchUp();
  const answer = await waiting;
  t.equal(answer.status, 200);
  t.equal(answer.at('/items/length'), 2);
  t.equal(answer.headers['ledgerline-position'], wanted);
});

t.test('positions that make no sense here are refused, each with its own code', async (t) => {
  const query = await createQueryApp(t);
  await query.append([statement('a')]);
  const token = (offsets: (number | null)[], logId = query.logId) => toPositionToken({ logId, offsets });
  const partial = token([null, 0, null, null]);
  const ahead = token([99, 0, 0, 0]);
  const table: [parameters: string, status: number, code: string][] = [
    [`minPosition=${ahead}`, 409, 'position-ahead'],
    [`asOf=${ahead}`, 409, 'position-ahead'],
    [`asOf=${partial}`, 400, 'partial-position'],
    [`minPosition=${token([0, 0, 0, 0], 'another-log')}`, 400, 'bad-position'],
    [`minPosition=${token([0, 0])}`, 400, 'bad-position'],
    ['minPosition=junk', 400, 'bad-position'],
    ['asOf=junk', 400, 'bad-position'],
    ['asOf=2021-02-30T00:00:00Z', 400, 'bad-position'],
    ['asOf=2021-02-03T24:00:00Z', 400, 'bad-position'],
    ['asOf=2021-02-03', 400, 'bad-position'],
    ['asOf=', 400, 'invalid-parameter'],
  ];
  for (const [parameters, status, code] of table) {
    const answer = await query.get(`/v1/timeline?${parameters}`);
    t.equal(answer.status, status, parameters);
    t.equal(answer.at('/code'), code, parameters);
  }
  t.equal(
    (await query.get(`/v1/timeline?minPosition=${partial}`)).status,
    200,
    'a write’s position is good for minPosition',
  );
});

t.test('an ETag stands as long as the answer does', async (t) => {
  const query = await createQueryApp(t);
  await query.append([statement('a')]);
  const first = await query.get('/v1/timeline');
  const etag = String(first.headers['etag']);
  t.match(etag, /^W\/"/);
  for (const tag of [etag, etag.slice(2), `"x", ${etag}`, '*']) {
    const again = await query.get('/v1/timeline', { 'if-none-match': tag });
    t.equal(again.status, 304);
    t.equal(again.text, '');
    t.equal(again.headers['ledgerline-position'], first.headers['ledgerline-position']);
    t.equal(again.headers['etag'], etag);
  }
  await query.append([statement('b')]);
  t.equal((await query.get('/v1/timeline', { 'if-none-match': etag })).status, 200);
});
