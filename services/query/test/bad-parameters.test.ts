import t from 'tap';
import { statement } from './fixture/event-builders.ts';
import { createQueryApp } from './fixture/query-app.ts';

const query = await createQueryApp(t);
await query.append([statement('a'), statement('b')]);

const lists = [
  '/v1/timeline',
  '/v1/events',
  '/v1/measures',
  '/v1/claims/a/history',
  '/v1/incidents/a',
  '/v1/actors',
  '/v1/places',
  '/v1/publishers',
  '/v1/codelists',
];
const everywhere: [parameters: string, code: string][] = [
  ['limit=-1', 'invalid-parameter'],
  ['limit=0', 'invalid-parameter'],
  ['limit=1001', 'invalid-parameter'],
  ['limit=1e9', 'invalid-parameter'],
  ['limit=abc', 'invalid-parameter'],
  ['limit=', 'invalid-parameter'],
  ['limit=1&limit=2', 'repeated-parameter'],
  ['cursor=junk', 'bad-cursor'],
  ['cursor=', 'invalid-parameter'],
  ['sort=x', 'unknown-parameter'],
  ['minPosition=junk', 'bad-position'],
  ['%zz=1', 'bad-url'],
];
const filtered: [parameters: string, code: string][] = [
  ['from=2021-08-02&to=2021-08-01', 'invalid-parameter'],
  ['publishedFrom=2022&publishedTo=2021', 'invalid-parameter'],
  ['from=2021-02-30', 'invalid-parameter'],
  ['from=yesterday', 'invalid-parameter'],
  ['from=99999-01-01', 'invalid-parameter'],
  ['dateMatch=maybe', 'invalid-parameter'],
  ['kind=rumour', 'invalid-parameter'],
  ['kind=measure,', 'invalid-parameter'],
  ['stance=', 'invalid-parameter'],
  ['country=Lithuania', 'invalid-parameter'],
  ['border=BY', 'invalid-parameter'],
  ['hasFigure=yes', 'invalid-parameter'],
  ['place=%00', 'bad-url'],
  ['place=%ff', 'bad-url'],
];
const ofOne: [url: string, code: string][] = [
  ['/v1/timeline?order=pg_sleep(9)', 'invalid-parameter'],
  ['/v1/timeline?order=-relevance', 'invalid-parameter'],
  ['/v1/timeline?order=relevance', 'invalid-parameter'],
  ['/v1/timeline?state=gone', 'invalid-parameter'],
  ['/v1/timeline?total=yes', 'invalid-parameter'],
  ['/v1/timeline?knownBy=soon', 'invalid-parameter'],
  [`/v1/timeline?q=${'x'.repeat(1_001)}`, 'invalid-parameter'],
  ['/v1/measures?on=2021-09', 'invalid-parameter'],
  ['/v1/measures?inForce=certain', 'invalid-parameter'],
  ['/v1/measures?on=2021-09-01&inForce=sure', 'invalid-parameter'],
  ['/v1/claims/a?limit=1', 'unknown-parameter'],
  ['/v1/schemas?x=1', 'unknown-parameter'],
];

const table = [
  ...lists.flatMap((path) => everywhere.map(([parameters, code]) => [`${path}?${parameters}`, code] as const)),
  ...['/v1/timeline', '/v1/events'].flatMap((path) =>
    filtered.map(([parameters, code]) => [`${path}?${parameters}`, code] as const),
  ),
  ...ofOne,
];

for (const [url, code] of table) {
  t.test(`${url.slice(0, 80)} is refused as ${code}`, async (t) => {
    const answer = await query.get(url);
    t.equal(answer.status, 400, answer.text);
    t.equal(answer.at('/code'), code);
    t.match(answer.headers['content-type'], /^application\/problem\+json/);
  });
}

t.test('an unknown parameter is named together with the nearest known one', async (t) => {
  const answer = await query.get('/v1/timeline?contry=LT');
  t.match(answer.at('/detail'), /contry.*country/);
});

t.test('a bad Prefer header is refused', async (t) => {
  t.equal((await query.get('/v1/timeline', { prefer: 'wait=soon' })).at('/code'), 'bad-header');
});

t.test('whatever is searched for is answered, literally and soon', async (t) => {
  for (const text of [
    '(a+)+$',
    "' OR 1=1--",
    '%_',
    '\\',
    "'",
    'a:* & b',
    '<->',
    '!!',
    '(((',
    '\u{10FFFD}',
    '😀',
    'x'.repeat(1_000),
    '"'.repeat(999),
    '* - "',
  ]) {
    const started = performance.now();
    const answer = await query.get(`/v1/timeline?q=${encodeURIComponent(text)}`);
    t.equal(answer.status, 200, `${text.slice(0, 20)}: ${answer.text.slice(0, 200)}`);
    t.ok(performance.now() - started < 1_000);
  }
});

t.test('another method is refused with what is allowed, OPTIONS and HEAD are answered', async (t) => {
  const post = await query.app.inject({ method: 'POST', url: '/v1/timeline', headers: { host: 'localhost' } });
  t.equal(post.statusCode, 405);
  t.match(post.headers['allow'], /GET/);
  const head = await query.app.inject({ method: 'HEAD', url: '/v1/timeline', headers: { host: 'localhost' } });
  t.equal(head.statusCode, 200);
  t.ok(head.headers['ledgerline-position']);
  t.equal(head.body, '');
});
