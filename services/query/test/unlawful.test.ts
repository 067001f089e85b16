/** What was retracted as unlawful is nowhere to be read but in the raw log, whichever position is asked for. */
import t from 'tap';
import { claimFormats } from '../src/formats/formats.ts';
import {
  correction,
  crossing,
  crossingData,
  link,
  measure,
  retraction,
  statement,
  statusChange,
} from './fixture/event-builders.ts';
import { createQueryApp } from './fixture/query-app.ts';

const query = await createQueryApp(t);
const reports = [{ publisher: 'Secret Gazette', publishedOn: '2021-08-25', title: 'Secret', excerpt: 'Secret' }];
const secret = {
  title: 'Secret',
  summary: 'A Secret.',
  places: [{ name: 'Secret place', role: 'city', countries: ['SM'] }],
  tags: ['secret tag'],
  reports,
};
const actors = [{ name: 'Secret Person', kind: 'person', role: 'speaker' }];
const quantity = {
  text: 'Secret four',
  qualifier: 'exact',
  value: 4,
  measure: 'other:secret',
  unit: 'secret',
  accounting: 'increment',
  period: '2021-08-24',
};
const adopters = [{ name: 'Secret Office', kind: 'agency', role: 'adopter' }];
await query.append([
  statement('s', { ...secret, content: 'Secret words', actors }),
  crossing('c', { ...secret, quantities: [quantity] }),
  measure('m', { ...secret, actors: adopters }),
  statusChange('m', 'suspended', '2021-09-01', { reason: 'Secret reason' }),
  statement('open', { title: 'Of no harm' }),
  link('open', 'same-incident', 's'),
]);
const corrected = {
  ...crossingData({ ...secret, quantities: [quantity] }),
  occurred: { edtf: '2021-08-24', basis: 'stated', text: 'Secret day' },
};
await query.append([correction('c', corrected, { note: 'Secret note' })]);
const before = String((await query.get('/v1/events')).at('/page/position'));

const claims = ['s', 'c', 'm'];
const clocks = ['', `asOf=${before}`, 'knownBy=2022-01-01', `asOf=${before}&knownBy=2022-01-01`];
const paths = [
  '/v1/timeline?state=all',
  '/v1/timeline?facets=actor&total=exact',
  '/v1/timeline?facets=kind,country,border,place,actor,publisher,tag,measureKind,outcome,stance,year&total=exact',
  ...claimFormats.map(({ name }) => `/v1/timeline?state=all&format=${name}`),
  ...claims.flatMap((subject) => [
    `/v1/claims/${subject}`,
    `/v1/claims/${subject}/history`,
    `/v1/incidents/${subject}`,
  ]),
  '/v1/changes',
  '/v1/measures',
  '/v1/measures?on=2021-09-15',
  '/v1/statistics/series',
  '/v1/statistics/counts?by=publisher',
  '/v1/statistics/counts?by=country',
  '/v1/actors',
  '/v1/places',
  '/v1/publishers',
];
const under = (path: string, clock: string) => `${path}${path.includes('?') ? '&' : '?'}${clock}`;

t.test('before the retraction all of them tell', async (t) => {
  await query.get(under('/v1/timeline?facets=actor&total=exact', `asOf=${before}`));
  for (const path of [
    '/v1/timeline',
    '/v1/claims/s',
    '/v1/changes',
    '/v1/measures',
    '/v1/statistics/series',
    '/v1/actors',
  ])
    t.match((await query.get(under(path, `asOf=${before}`))).text, /secret/i, path);
});

t.test('after it none does, as of no position and known by no day', async (t) => {
  await query.append(claims.map((subject) => retraction(subject, 'unlawful')));
  for (const path of paths) {
    for (const clock of clocks) {
      const url = under(path, clock);
      const { status, text, headers } = await query.get(url);
      t.equal(status, 200, url);
      t.notMatch(text, /secret/i, url);
      t.notMatch(JSON.stringify(headers), /secret/i, url);
    }
  }
  for (const filter of [
    'q=secret',
    'country=SM',
    'actor=secret%20person',
    'tag=secret%20tag',
    'publisher=secret%20gazette',
  ])
    t.same((await query.get(`/v1/timeline?state=all&asOf=${before}&${filter}`)).at('/items'), [], filter);
  t.same((await query.get(`/v1/statistics/counts?country=SM&asOf=${before}`)).at('/items/0/claims'), 0);
});

t.test('that it was there, and was retracted, stays to be seen', async (t) => {
  const claim = await query.get(`/v1/claims/c?asOf=${before}`);
  t.match(claim.json, { subject: 'c', state: 'retracted', reason: 'unlawful', version: 3, title: '', data: null });
  t.match(await query.get('/v1/claims/c?asOf=earliest'), { status: 404 });
  const all = await query.get(`/v1/timeline?state=retracted&asOf=${before}`);
  t.same((all.at('/items') as { subject: string }[]).map(({ subject }) => subject).toSorted(), ['c', 'm', 's']);
  t.match((await query.get(`/v1/incidents/open?asOf=${before}`)).at('/items'), [
    { subject: 'open' },
    { subject: 's', state: 'retracted' },
  ]);
  t.match((await query.get('/v1/events')).text, /Secret words/, 'the raw log has it until it is redacted');
});
