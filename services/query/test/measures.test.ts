import t from 'tap';
import { measureListSchema } from '../src/shapes/measure.ts';
import { measure, retraction, statement, statusChange } from './fixture/event-builders.ts';
import { createQueryApp, type QueryApp } from './fixture/query-app.ts';

async function measures(query: QueryApp, parameters = '') {
  const answer = await query.get(`/v1/measures${parameters}`);
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return measureListSchema.parse(answer.json);
}
const brief = async (query: QueryApp, parameters: string) =>
  (await measures(query, parameters)).items.map(({ subject, status, inForce }) => `${subject} ${status} ${inForce}`);

t.test('a measure that is announced, and no more, has one step of that day', async (t) => {
  const query = await createQueryApp(t);
  await query.append([measure('a', { status: 'announced', announcedOn: '2021-08-25', occurred: '2021-08-25' })]);
  const { items } = await measures(query);
  t.match(items, [{ lifecycle: [{ status: 'announced', on: { edtf: '2021-08-25' } }] }]);
  t.equal(items[0]?.lifecycle.length, 1);
});

t.test('a measure shows its lifecycle by day and what replaced it', async (t) => {
  const query = await createQueryApp(t);
  const adopted = measure('old', {
    occurred: '2021-08-03',
    effective: '2021-08-03/..',
    announcedOn: '2021-07-30',
    status: 'in-force',
  });
  const suspended = statusChange('old', 'suspended', '2021-09-01', { reason: 'no wire' });
  await query.append([
    adopted,
    statement('no measure'.replace(' ', '-')),
    statusChange('old', 'resumed', '2021-10'),
    suspended,
    measure('new', { occurred: '2021-11-01', status: 'in-force', relations: [{ type: 'replaces', target: 'old' }] }),
  ]);
  const { items } = await measures(query);
  t.strictSame(
    items.map(({ subject }) => subject),
    ['old', 'new'],
  );
  const [old, replacing] = items;
  t.match(old, {
    status: 'replaced',
    measureKind: 'pushback',
    effective: { edtf: '2021-08-03/..', earliest: '2021-08-03', latest: null },
    replaces: [],
    replacedBy: ['new'],
    data: adopted['data'],
  });
  t.equal(old?.inForce, undefined);
  t.match(replacing, { replaces: ['old'], replacedBy: [], effective: null });
  t.strictSame(
    old?.lifecycle.map(({ status, on }) => `${status} ${on.edtf}`),
    ['announced 2021-07-30', 'in-force 2021-08-03', 'suspended 2021-09-01', 'resumed 2021-10'],
  );
  t.match(old?.lifecycle[2], { reason: 'no wire', event: { id: suspended['id'] } });
  t.strictSame(await brief(query, '?on=2021-08-15'), ['old in-force certain']);
  t.strictSame(await brief(query, '?on=2021-11-01'), ['new in-force certain']);
  await query.append([retraction('new')]);
  t.strictSame(await brief(query, '?on=2021-11-01'), ['old resumed certain'], 'a withdrawn measure replaces nothing');
});

t.test('on a day, inForce filters, and pages hold what they say', async (t) => {
  const query = await createQueryApp(t);
  const states = ['in-force', 'adopted', 'suspended', 'ended'] as const;
  await query.append(
    Array.from({ length: 20 }, (_, index) =>
      measure(`m-${String(index).padStart(2, '0')}`, {
        occurred: '2021-08-01',
        status: states[index % 4] ?? 'adopted',
      }),
    ),
  );
  t.equal((await measures(query, '?on=2021-08-02')).items.length, 15, 'what has ended is not listed');
  t.equal((await measures(query, '?on=2021-08-02&inForce=certain')).items.length, 5);
  t.equal((await measures(query, '?on=2021-08-02&inForce=!certain')).items.length, 10);
  t.equal((await measures(query, '?on=2021-07-31')).items.length, 0);
  const whole = (await measures(query, '?on=2021-08-02')).items;
  const first = await measures(query, '?on=2021-08-02&limit=6');
  await query.append([measure('m-00a', { occurred: '2021-08-01' })]);
  const second = await measures(query, `?on=2021-08-02&limit=6&cursor=${first.page.next}`);
  const third = await measures(query, `?on=2021-08-02&limit=6&cursor=${second.page.next}`);
  t.strictSame(
    [first, second, third].flatMap(({ items }) => items),
    whole,
  );
  t.equal(third.page.next, null);
  t.strictSame((await measures(query, `?on=2021-08-02&limit=6&cursor=${third.page.prev}`)).items, second.items);
});

t.test('knownBy leaves out what was published later, status changes included', async (t) => {
  const query = await createQueryApp(t);
  const reports = (publishedOn: string) => ({ reports: [{ publisher: 'Gazette', publishedOn }] });
  await query.append([
    measure('a', { occurred: '2021-08-01', status: 'in-force', published: '2021-08-02' }),
    statusChange('a', 'suspended', '2021-08-10', reports('2021-09-01')),
  ]);
  t.strictSame(await brief(query, '?on=2021-08-15'), ['a suspended no']);
  t.strictSame(await brief(query, '?on=2021-08-15&knownBy=2021-08-31'), ['a in-force certain']);
  t.strictSame(await brief(query, '?on=2021-08-15&knownBy=2021-08-01'), []);
});
