/** `/v1/changes`: event by event what became different, with the claim before and after. */
import t from 'tap';
import { changeListSchema } from '../src/shapes/change.ts';
import {
  correction,
  crossing,
  link,
  measure,
  retraction,
  statement,
  statementData,
  statusChange,
  unlink,
} from './fixture/event-builders.ts';
import { createQueryApp, type QueryApp } from './fixture/query-app.ts';

type Claim = { version: number; title: string; state: string; relations: unknown[]; incident: string; data: unknown };
type Change = {
  change: string;
  subject: string;
  position: string;
  recordedAt: string;
  reason: string | null;
  event: { id: string };
  relation?: unknown;
  other?: { subject: string; before: Claim; after: Claim } | null;
  status?: string;
  before: Claim | null;
  after: Claim;
};

async function changesOf(query: QueryApp, parameters = ''): Promise<Change[]> {
  const { json, status, text } = await query.get(`/v1/changes?${parameters}`);
  if (status !== 200) throw new Error(text);
  changeListSchema.parse(json);
  return (json as { items: Change[] }).items;
}

const short = (changes: readonly Change[]) => changes.map(({ change, subject }) => `${change} ${subject}`);

t.test('each event that changed its claim is one item, in log order, with its reason', async (t) => {
  const query = await createQueryApp(t);
  const events = [
    statement('s', { title: 'First' }),
    measure('m'),
    correction('s', statementData({ title: 'Second' }), { reason: 'new-information', note: 'why' }),
    link('s', 'responds-to', 'm'),
    statusChange('m', 'suspended', '2021-09-01', { reason: 'no wire' }),
    unlink('s', 'responds-to', 'm'),
    retraction('s', 'duplicate'),
  ];
  await query.append(events);
  const changes = await changesOf(query);
  t.same(short(changes), [
    'added s',
    'added m',
    'corrected s',
    'linked s',
    'status-changed m',
    'unlinked s',
    'retracted s',
  ]);
  t.same(
    changes.map(({ event }) => event.id),
    events.map(({ ['id']: id }) => id),
  );
  t.same(
    changes.map(({ reason }) => reason),
    [null, null, 'new-information', null, 'no wire', null, 'duplicate'],
  );
  t.same(changes[3]?.relation, { type: 'responds-to', target: 'm' });
  t.match(changes[3]?.other, {
    subject: 'm',
    before: { subject: 'm', relations: [] },
    after: { subject: 'm', relations: [{ type: 'responds-to', direction: 'in', target: 's', pending: false }] },
  });
  t.equal(changes[4]?.status, 'suspended');
  t.same(
    changes.map(({ before, after }) => [
      before && `${before.version} ${before.title}`,
      `${after.version} ${after.title}`,
    ]),
    [
      [null, '1 First'],
      [null, '1 A claim'],
      ['1 First', '2 Second'],
      ['2 Second', '2 Second'],
      ['1 A claim', '1 A claim'],
      ['2 Second', '2 Second'],
      ['2 Second', '3 Second'],
    ],
  );
  t.same(
    changes.slice(3, 6).map(({ before, after }) => [before?.relations.length, after.relations.length]),
    [
      [0, 1],
      [1, 1],
      [1, 0],
    ],
  );
});

t.test('before and after are what the claim shows as of the position right before and right after', async (t) => {
  const query = await createQueryApp(t);
  await query.append([
    crossing('a'),
    crossing('b'),
    crossing('c'),
    link('a', 'same-incident', 'b'),
    link('c', 'same-incident', 'b'),
    link('b', 'updates', 'later'),
    statement('later'),
    unlink('b', 'same-incident', 'a'),
    retraction('c'),
  ]);
  const changes = await changesOf(query);
  t.equal(changes.length, 9);
  let previous = '';
  for (const { position, other, ...one } of changes) {
    for (const { subject, before, after } of [one, ...(other ? [other] : [])]) {
      const now = await query.get(`/v1/claims/${subject}?asOf=${position}`);
      t.same(now.json, after, `${subject} after`);
      if (previous !== '' && before !== null) {
        t.same((await query.get(`/v1/claims/${subject}?asOf=${previous}`)).json, before, `${subject} before`);
      }
    }
    previous = position;
  }
  t.equal(changes[4]?.after.incident, 'a');
  t.same(
    changes.map(({ other }) => other && other.subject),
    [undefined, undefined, undefined, 'b', 'b', null, undefined, 'a', undefined],
    'a claim that is not there yet has no side',
  );
});

t.test('what comes after the position of an item is what follows it, and nothing is given twice', async (t) => {
  const query = await createQueryApp(t);
  const subjects = Array.from({ length: 9 }, (_, index) => `s-${index}`);
  await query.append([...subjects.map((s) => statement(s)), ...subjects.map((s) => correction(s, statementData()))]);
  const all = await changesOf(query);
  t.equal(all.length, 18);
  for (const [index, { position }] of all.entries()) {
    t.same(await changesOf(query, `after=${position}`), all.slice(index + 1));
    t.same(await changesOf(query, `until=${position}`), all.slice(0, index + 1));
  }
  const filtered = await changesOf(query, 'subject=s-3,s-4');
  t.same(short(filtered), ['added s-3', 'added s-4', 'corrected s-3', 'corrected s-4']);
  t.same(await changesOf(query, `subject=s-3,s-4&after=${filtered[1]?.position}`), filtered.slice(2));
});

t.test('the pages of a walk neither shift nor repeat while events arrive, forwards and back', async (t) => {
  const query = await createQueryApp(t);
  await query.append(Array.from({ length: 25 }, (_, index) => statement(`s-${index}`)));
  const whole = await changesOf(query);
  const pages: Change[][] = [];
  const positions = new Set<string>();
  let cursor: string | null = null;
  let last = '';
  do {
    const url: string = `/v1/changes?limit=10${cursor === null ? '' : `&cursor=${cursor}`}`;
    const answer = await query.get(url);
    pages.push((answer.json as { items: Change[] }).items);
    positions.add(String(answer.at('/page/position')));
    last = url;
    cursor = answer.at('/page/next') as string | null;
    await query.append([statement(`more-${pages.length}`), retraction(`s-${pages.length}`, 'unlawful')]);
  } while (cursor !== null);
  t.same(
    pages.map((page) => page.length),
    [10, 10, 5],
  );
  t.same(pages.flat(), whole);
  t.equal(positions.size, 1, 'one position for the whole walk');
  const end = await query.get(last);
  const back = await query.get(`/v1/changes?limit=10&cursor=${end.at('/page/prev')}`);
  t.same((back.json as { items: Change[] }).items, pages[1]);
  const onwards = await changesOf(query, `after=${end.at('/page/position')}`);
  t.equal(onwards.length, 6, 'the end of the walk is where to go on from');
});

t.test('an answer pinned by asOf is the same bytes after later events', async (t) => {
  const query = await createQueryApp(t);
  await query.append([statement('s'), measure('m'), link('s', 'same-incident', 'm')]);
  const token = (await query.get('/v1/changes')).headers['ledgerline-position'] as string;
  const pinned = await query.get(`/v1/changes?asOf=${token}`);
  await query.append([correction('s', statementData({ title: 'New' })), retraction('m')]);
  t.equal((await query.get(`/v1/changes?asOf=${token}`)).text, pinned.text);
  t.equal((await changesOf(query)).length, 5);
});

t.test('a filter is met by the claim before or after: what leaves a filtered list is listed', async (t) => {
  const query = await createQueryApp(t);
  const lt = [{ name: 'Vilnius', role: 'city', countries: ['LT'] }];
  const lv = [{ name: 'Riga', role: 'city', countries: ['LV'] }];
  await query.append([
    statement('s', { places: lt }),
    correction('s', statementData({ places: lv, title: 'moved' })),
    correction('s', statementData({ places: lv, title: 'again' })),
    retraction('s'),
    measure('m', { places: lt }),
    statusChange('m', 'ended', '2021-09-01'),
  ]);
  t.same(short(await changesOf(query, 'country=LT')), ['added s', 'corrected s', 'added m', 'status-changed m']);
  t.same(short(await changesOf(query, 'country=LV')), ['corrected s', 'corrected s', 'retracted s']);
  t.same(short(await changesOf(query, 'q=moved')), ['corrected s', 'corrected s']);
  t.same(short(await changesOf(query, 'kind=measure')), ['added m', 'status-changed m']);
  t.same(short(await changesOf(query, 'type=claim.retracted.v1')), ['retracted s']);
  t.same(short(await changesOf(query, 'type=measure.adopted.v1')), ['added m', 'status-changed m']);
  t.same(short(await changesOf(query, 'state=retracted')), ['retracted s']);
  t.equal((await changesOf(query, 'subject=!s&source=urn:ledgerline:desk:test')).length, 2);
  t.same(await changesOf(query, 'source=urn:nobody'), []);
});

t.test('a link is told to whoever follows either end', async (t) => {
  const query = await createQueryApp(t);
  await query.append([
    statement('s'),
    statement('m'),
    link('s', 'responds-to', 'm'),
    link('s', 'responds-to', 'later'),
    statement('later'),
    unlink('s', 'responds-to', 'm'),
  ]);
  t.same(short(await changesOf(query, 'subject=m')), ['added m', 'linked s', 'unlinked s']);
  t.same(short(await changesOf(query, 'subject=later')), ['added later']);
  t.same(short(await changesOf(query, 'subject=!s')), ['added m', 'added later']);
});

t.test('with knownBy only what the public could know changes anything', async (t) => {
  const query = await createQueryApp(t);
  const later = { reports: [{ publisher: 'Gazette', publishedOn: '2021-09-10' }] };
  await query.append(
    [
      statement('early', { published: '2021-08-01' }),
      statement('late', { published: '2021-09-01' }),
      correction('early', statementData({ title: 'Later', published: '2021-09-10' }), later),
      retraction('late'),
      measure('m', { published: '2021-08-01' }),
      statusChange('m', 'ended', '2021-09-01'),
      link('late', 'responds-to', 'early'),
      link('early', 'responds-to', 'late'),
      retraction('early'),
    ].filter((_, index) => index !== 6),
  );
  t.same(short(await changesOf(query, 'knownBy=2021-08-15')), [
    'added early',
    'added m',
    'linked early',
    'retracted early',
  ]);
  const [, , , retracted] = await changesOf(query, 'knownBy=2021-08-15');
  t.equal(retracted?.before?.version, 1, 'the correction was not known');
  t.equal((await changesOf(query, 'knownBy=2021-12-31')).length, 8);
});

t.test('events without effect are no changes', async (t) => {
  const query = await createQueryApp(t);
  await query.append([
    statement('s'),
    statement('s', { title: 'Somebody else’s second report' }),
    statusChange('s', 'ended', '2021-09-01'),
    retraction('s'),
    link('s', 'updates', 'x'),
    retraction('nobody'),
  ]);
  t.same(short(await changesOf(query)), ['added s', 'retracted s']);
});

t.test('what was unlawful is in no change, as of no position', async (t) => {
  const query = await createQueryApp(t);
  await query.append([statement('s', { title: 'Secret' }), correction('s', statementData({ title: 'Secret too' }))]);
  const token = (await query.get('/v1/changes')).headers['ledgerline-position'] as string;
  await query.append([retraction('s', 'unlawful')]);
  const { text } = await query.get('/v1/changes');
  t.notMatch(text, /Secret/);
  t.notMatch((await query.get(`/v1/changes?asOf=${token}`)).text, /Secret/);
  t.same(short(await changesOf(query)), ['added s', 'corrected s', 'retracted s']);
});

t.test('a range that ends before it begins, and an unknown parameter, are refused', async (t) => {
  const query = await createQueryApp(t);
  await query.append([statement('s')]);
  const token = (await query.get('/v1/changes')).headers['ledgerline-position'] as string;
  t.equal((await query.get(`/v1/changes?after=${token}&until=earliest`)).status, 400);
  t.match(await query.get('/v1/changes?aftr=earliest'), { status: 400, text: /after/ });
  t.same(await changesOf(query, `after=${token}`), []);
  t.same(await changesOf(query, 'after=latest'), []);
});
