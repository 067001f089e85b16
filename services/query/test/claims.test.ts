import t from 'tap';
import { claimListSchema, claimSchema } from '../src/shapes/claim.ts';
import { historySchema } from '../src/shapes/history.ts';
import {
  correction,
  crossing,
  event,
  link,
  measure,
  measureData,
  quantity,
  retraction,
  statement,
  statementData,
  statusChange,
  unlink,
} from './fixture/event-builders.ts';
import { createQueryApp, type QueryApp } from './fixture/query-app.ts';

async function claim(query: QueryApp, subject: string, parameters = '') {
  const answer = await query.get(`/v1/claims/${subject}${parameters}`);
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return claimSchema.parse(answer.json);
}

async function history(query: QueryApp, subject: string, parameters = '') {
  const answer = await query.get(`/v1/claims/${subject}/history${parameters}`);
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return historySchema.parse(answer.json);
}

const incident = async (query: QueryApp, subject: string, parameters = '') => {
  const answer = await query.get(`/v1/incidents/${subject}${parameters}`);
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return claimListSchema.parse(answer.json).items.map(({ subject: one, state }) => `${one} ${state}`);
};

t.test('a claim shows its data as recorded, its figures as intervals, and its relations both ways', async (t) => {
  const query = await createQueryApp(t);
  const reported = crossing('a', {
    quantities: [
      quantity({
        text: 'almost 4,200',
        qualifier: 'almost',
        value: 4_200,
        accounting: 'cumulative',
        period: '2021-01-01/2021-08-25',
      }),
    ],
    relations: [{ type: 'updates', target: 'b' }],
  });
  await query.append([
    reported,
    crossing('b'),
    statement('c'),
    link('c', 'responds-to', 'a'),
    link('a', 'quotes', 'nowhere'),
  ]);
  const found = await claim(query, 'a');
  t.strictSame(found.data, reported['data']);
  t.strictSame(found.figures, [
    {
      series: 'crossings:person:BY-LT',
      accounting: 'cumulative',
      period: '2021-01-01/2021-08-25',
      text: 'almost 4,200',
      lower: 3_780,
      best: null,
      upper: 4_200,
      lowerInclusive: true,
      upperInclusive: false,
    },
  ]);
  t.strictSame(found.relations, [
    { type: 'quotes', direction: 'out', target: 'nowhere', pending: true },
    { type: 'responds-to', direction: 'in', target: 'c', pending: false },
    { type: 'updates', direction: 'out', target: 'b', pending: false },
  ]);
  t.equal((await query.get('/v1/claims/nobody')).at('/code'), 'unknown-claim');
});

t.test('a retracted claim is shown with the reason and its last data, an unlawful one without', async (t) => {
  const query = await createQueryApp(t);
  await query.append([
    statement('a', { title: 'Was said' }),
    retraction('a'),
    statement('b'),
    retraction('b', 'unlawful'),
  ]);
  t.match(await claim(query, 'a'), {
    state: 'retracted',
    version: 2,
    reason: 'source-retraction',
    title: 'Was said',
    data: { title: 'Was said' },
  });
  t.match(await claim(query, 'b'), { state: 'retracted', reason: 'unlawful', data: null, title: '' });
});

t.test('history tells every version with its reason and what it changed, and changes of status', async (t) => {
  const query = await createQueryApp(t);
  const events = [
    measure('a', { title: 'first', tags: ['x'] }),
    statusChange('a', 'suspended', '2021-09', { reason: 'no wire' }),
    event('a', 'claim.corrected.v1', {
      corrected: { ...(measure('z', { title: 'second' })['data'] as object), tags: ['x', 'y'] },
      reason: 'source-correction',
      note: 'they said so',
      reports: [{ publisher: 'Gazette', publishedOn: '2021-09-01' }],
    }),
    retraction('a'),
  ];
  await query.append([statement('other'), ...events.slice(0, 2), statement('another'), ...events.slice(2)]);
  const { items } = await history(query, 'a');
  t.strictSame(
    items.map(({ change, version, reason }) => [change, version, reason]),
    [
      ['added', 1, null],
      ['status-changed', 1, 'no wire'],
      ['corrected', 2, 'source-correction'],
      ['retracted', 3, 'source-retraction'],
    ],
  );
  t.match(items[1], { status: 'suspended', on: { edtf: '2021-09', earliest: '2021-09-01', latest: '2021-09-30' } });
  t.strictSame(items[2]?.diff, [
    { pointer: '/tags/1', before: null, after: 'y' },
    { pointer: '/title', before: 'first', after: 'second' },
  ]);
  t.match(items[2], { note: 'they said so', published: { earliest: '2021-09-01' }, event: { id: events[2]?.['id'] } });
  t.match(items[3], { data: { title: 'second' }, published: { earliest: '2021-09-01' } });
  // Each entry's position is a place to read at: right after its event.
  for (const [index, { position, version }] of items.entries()) {
    t.equal((await claim(query, 'a', `?asOf=${position}`)).version, version);
    t.equal((await history(query, 'a', `?asOf=${position}`)).items.length, index + 1);
  }
  const first = await history(query, 'a', '?limit=3');
  await query.append([statement('later')]);
  const rest = await history(query, 'a', `?limit=3&cursor=${first.page.next}`);
  t.strictSame([...first.items, ...rest.items], items);
  t.equal(rest.page.next, null);
  t.equal((await query.get('/v1/claims/nobody/history')).at('/code'), 'unknown-claim');
});

t.test('the history of what may not be shown tells that it was, and nothing of what it said', async (t) => {
  const query = await createQueryApp(t);
  await query.append([
    statement('a', { title: 'Secret' }),
    correction('a', statementData({ title: 'Secret too' }), { note: 'a Secret note' }),
    retraction('a', 'unlawful'),
  ]);
  const answer = await query.get('/v1/claims/a/history');
  t.equal(historySchema.parse(answer.json).items.length, 3);
  t.notMatch(answer.text, /Secret/);
  t.notMatch((await query.get('/v1/timeline?state=all')).text, /Secret/);
});

t.test('an incident is all claims joined by same-incident, however they are, and named by the first', async (t) => {
  const query = await createQueryApp(t);
  await query.append([
    statement('d', { occurred: '2021-08-01' }),
    statement('b', { occurred: '2021-08-02', relations: [{ type: 'same-incident', target: 'd' }] }),
    statement('c', { occurred: '2021-08-03' }),
    statement('a', { occurred: '2021-08-04' }),
    link('c', 'same-incident', 'b'),
    link('a', 'same-incident', 'not-there-yet'),
    statement('z', { occurred: '2021-08-05' }),
    link('z', 'same-incident', 'not-there-yet'),
  ]);
  const before = String((await query.get('/v1/timeline')).headers['ledgerline-position']);
  for (const subject of ['b', 'c', 'd']) {
    t.strictSame(await incident(query, subject), ['d current', 'b current', 'c current']);
    t.equal((await claim(query, subject)).incident, 'b');
  }
  t.strictSame(await incident(query, 'a'), ['a current'], 'a claim that is not there joins nothing');
  await query.append([statement('not-there-yet', { occurred: '2021-08-06' }), retraction('b')]);
  t.strictSame(await incident(query, 'a'), ['a current', 'z current', 'not-there-yet current']);
  t.strictSame(await incident(query, 'c'), ['b retracted', 'c current'], 'what b itself said went with it');
  t.strictSame(await incident(query, 'c', `?asOf=${before}`), ['d current', 'b current', 'c current']);
  await query.append([unlink('c', 'same-incident', 'b')]);
  t.strictSame(await incident(query, 'c'), ['c current']);
  t.equal((await query.get('/v1/incidents/nobody')).at('/code'), 'unknown-claim');
});

t.test('unlinking from the other side undoes a same-incident link as well', async (t) => {
  const query = await createQueryApp(t);
  await query.append([statement('a'), statement('b'), link('a', 'same-incident', 'b')]);
  t.match((await claim(query, 'b')).relations, [{ type: 'same-incident', direction: 'in', target: 'a' }]);
  await query.append([unlink('b', 'same-incident', 'a')]);
  t.strictSame((await claim(query, 'b')).relations, []);
  t.strictSame((await claim(query, 'a')).relations, []);
});

t.test(
  'a history known by a day has what was published by then, each compared with what was known before',
  async (t) => {
    const query = await createQueryApp(t);
    const reportsOf = (publishedOn: string) => ({ reports: [{ publisher: 'Gazette', publishedOn }] });
    await query.append([
      measure('m', { title: 'First', published: '2021-08-01' }),
      correction('m', measureData({ title: 'Second' }), reportsOf('2021-09-01')),
      statusChange('m', 'suspended', '2021-08-05', reportsOf('2021-10-01')),
      correction('m', measureData({ title: 'Third' }), reportsOf('2021-08-02')),
    ]);
    const told = async (parameters: string) => {
      const { items } = await history(query, 'm', parameters);
      return items.map((item) => [
        item.change,
        item.version,
        item.diff.find(({ pointer }) => pointer === '/title')?.before,
      ]);
    };
    t.strictSame(await told('?knownBy=2021-08-31'), [
      ['added', 1, undefined],
      ['corrected', 3, 'First'],
    ]);
    t.equal((await told('?knownBy=2021-12-31')).length, 4);
    await query.append([retraction('m')]);
    t.equal((await told('?knownBy=2021-08-01')).length, 2, 'a retraction applies whenever it was said');
    t.equal((await query.get('/v1/claims/m/history?knownBy=2021-07-31')).status, 404);
  },
);
