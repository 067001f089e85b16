import t from 'tap';
import { statusOnDay } from '../src/measures/status-on-day.ts';
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

t.test(
  'a day long before the adoption lists what was announced, in effect or changed by then, and nothing else',
  async (t) => {
    const query = await createQueryApp(t);
    const odd = {
      plain: {},
      approximate: { effective: '2019~/..' },
      doubtful: { announcedOn: '2019%', status: 'announced' },
      decade: { announcedOn: '201X~', status: 'announced' },
      unknown: { effective: '/2022' },
      open: { effective: '../2022' },
      century: { announcedOn: '18XX', status: 'announced' },
      uncertain: { occurred: '2021%' },
      changed: {},
    } as const;
    await query.append([
      ...Object.entries(odd).map(([subject, data]) => measure(subject, { occurred: '2021-08-01', ...data })),
      statusChange('changed', 'suspended', '2017~'),
    ]);
    const all = (await measures(query)).items;
    for (const day of [
      '1750-01-01',
      '1850-01-01',
      '2009-01-01',
      '2016-06-01',
      '2017-01-01',
      '2018-06-01',
      '2019-12-31',
      '2021-08-01',
    ]) {
      const standing = all.filter(({ subject, data, lifecycle }) => {
        const { status, occurred, announcedOn, effective } = data as {
          status: string;
          occurred: { edtf: string };
        } & Partial<Record<'announcedOn' | 'effective', string>>;
        const changes = subject === 'changed' ? lifecycle.filter((step) => step.status === 'suspended') : [];
        const told = changes.map((step) => ({ status: step.status, on: step.on.edtf }));
        const facts = { status, occurred: occurred.edtf, announcedOn, effective, changes: told, replacedOn: [] };
        return statusOnDay(facts, day) !== null;
      });
      t.strictSame(
        (await measures(query, `?on=${day}`)).items.map(({ subject }) => subject),
        standing.map(({ subject }) => subject),
        day,
      );
    }
  },
);
