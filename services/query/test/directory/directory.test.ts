import t from 'tap';
import { actorListSchema, placeListSchema, publisherListSchema } from '../../src/shapes/directory.ts';
import { event, statementData } from '../fixture/event-builders.ts';
import { createQueryApp } from '../fixture/query-app.ts';

const query = await createQueryApp(t);
const issued = 'statement.issued.v1';
const person = (name: string, role = 'speaker') => ({ name, kind: 'person', role, country: 'LT' });
const border = { name: 'Border of Belarus and Lithuania', role: 'border', countries: ['BY', 'LT'] };
const gate = { name: 'North gate', role: 'crossing', countries: ['LT', 'BY'], point: [25.5, 54.25] };

await query.append([
  event(
    'a',
    issued,
    statementData({
      actors: [person('Ingrida Šimonytė')],
      places: [border],
      publisher: 'Wire',
      occurred: '2021-08-01',
      published: '2021-08-02',
    }),
  ),
  event(
    'b',
    issued,
    statementData({
      actors: [person('Ingrida Simonyte'), person('Ingrida Šimonytė', 'participant')],
      places: [border, gate],
      publisher: 'Wire',
      occurred: '2021-08-20',
      published: '2021-08-21',
    }),
  ),
  event(
    'c',
    issued,
    statementData({
      actors: [person('Ingrida Šimonytė', 'addressee'), { name: 'NATO', kind: 'organisation', role: 'speaker' }],
      publisher: 'Echo',
      published: '2021-09',
    }),
  ),
  event('gone', issued, statementData({ actors: [person('Nobody')], publisher: 'Rumour' })),
  event('gone', 'claim.retracted.v1', { reason: 'recording-error' }),
]);

t.test('spellings of one name are one actor, each claim counted once', async (t) => {
  const { items } = actorListSchema.parse((await query.get('/v1/actors')).json);
  t.strictSame(items, [
    {
      name: 'Ingrida Šimonytė',
      spellings: ['Ingrida Šimonytė', 'Ingrida Simonyte'],
      claims: 3,
      kind: 'person',
      country: 'LT',
      roles: ['addressee', 'participant', 'speaker'],
      from: '2021-08-01',
      to: '2021-08-24',
    },
    {
      name: 'NATO',
      spellings: ['NATO'],
      claims: 1,
      kind: 'organisation',
      country: null,
      roles: ['speaker'],
      from: '2021-08-24',
      to: '2021-08-24',
    },
  ]);
});

t.test('a place has the point that a claim states, else an approximate one', async (t) => {
  const { items } = placeListSchema.parse((await query.get('/v1/places')).json);
  t.match(items, [
    { name: border.name, claims: 2, countries: ['BY', 'LT'], point: [25.7, 54.5], pointFrom: 'gazetteer' },
    { name: gate.name, claims: 1, countries: ['BY', 'LT'], point: gate.point, pointFrom: 'claim' },
  ]);
});

t.test('publishers say when they published; what was retracted names nobody', async (t) => {
  const { items } = publisherListSchema.parse((await query.get('/v1/publishers')).json);
  t.match(items, [
    { name: 'Wire', claims: 2, publishedFrom: '2021-08-02', publishedTo: '2021-08-21' },
    { name: 'Echo', claims: 1, publishedFrom: '2021-09-01', publishedTo: '2021-09-30' },
  ]);
  t.equal(items.length, 2);
});

t.test('the clocks hold here too, and pages show one position', async (t) => {
  const known = publisherListSchema.parse((await query.get('/v1/publishers?knownBy=2021-08-10')).json);
  t.match(known.items, [{ name: 'Wire', claims: 1 }]);
  const first = actorListSchema.parse((await query.get('/v1/actors?limit=1')).json);
  await query.append([
    event('d', issued, statementData({ actors: [{ name: 'Frontex', kind: 'agency', role: 'speaker' }] })),
  ]);
  const second = actorListSchema.parse((await query.get(`/v1/actors?limit=1&cursor=${first.page.next}`)).json);
  t.match(second, { items: [{ name: 'NATO' }], page: { next: null, position: first.page.position } });
  const pinned = await query.get(`/v1/actors?asOf=${first.page.position}`);
  t.equal(actorListSchema.parse(pinned.json).items.length, 2);
  t.equal(actorListSchema.parse((await query.get('/v1/actors')).json).items.length, 3);
  t.equal((await query.get('/v1/actors?kind=person')).status, 400);
});
