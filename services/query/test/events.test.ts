import { toPositionToken } from '@ledgerline/log';
import t from 'tap';
import { eventItemSchema, eventListSchema } from '../src/shapes/event.ts';
import {
  correction,
  crossing,
  event,
  link,
  measure,
  measureData,
  retraction,
  statement,
  statementData,
  statusChange,
} from './fixture/event-builders.ts';
import { createQueryApp, type QueryApp } from './fixture/query-app.ts';

async function listed(query: QueryApp, url: string) {
  const answer = await query.get(url);
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return eventListSchema.parse(answer.json);
}
const idOf = ({ event: { id } }: { event: Record<string, unknown> }) => id;

/** 40 events over all partitions, three to a millisecond. */
async function filled(t: Parameters<typeof createQueryApp>[0]) {
  const query = await createQueryApp(t);
  const events = Array.from({ length: 40 }, (_, index) =>
    (index % 4 === 0 ? crossing : statement)(`s-${index}`, { title: `Number ${index}` }),
  );
  await query.append(events, { at: (index) => new Date(Date.UTC(2026, 1, 1) + Math.floor(index / 3)).toISOString() });
  return { query, events };
}

t.test(
  'a walk through the log gives every event once, in log order and as recorded, and fixes its end at the start',
  async (t) => {
    const { query, events } = await filled(t);
    const all = await listed(query, '/v1/events?limit=1000');
    t.same(new Set(all.items.map(idOf)), new Set(events.map(({ id }) => id)));
    const keys = all.items.map(
      ({ recordedAt, partition, offset }) => `${recordedAt} ${partition} ${String(offset).padStart(4, '0')}`,
    );
    t.strictSame(keys, keys.toSorted());
    t.strictSame(
      all.items[0]?.event,
      events.find(({ id }) => id === all.items[0]?.event['id']),
    );
    t.match(all.page, { next: null, prev: null });

    const pages = [await listed(query, '/v1/events?limit=7')];
    for (;;) {
      const next = pages.at(-1)?.page.next;
      if (next === null || next === undefined) break;
      await query.append([statement(`later-${pages.length}`)]);
      pages.push(await listed(query, `/v1/events?limit=7&cursor=${next}`));
    }
    t.strictSame(
      pages.flatMap(({ items }) => items),
      all.items,
    );
    const end = pages.at(-1)?.page.position;
    t.strictSame(new Set(pages.map(({ page }) => page.position)), new Set([all.page.position]), 'one position');
    const later = await listed(query, `/v1/events?after=${end}&limit=100`);
    t.equal(later.items.length, pages.length - 1, 'what came during the walk follows its last position');

    const back = [pages.at(-1)];
    for (;;) {
      const prev = back[0]?.page.prev;
      if (prev === null || prev === undefined) break;
      back.unshift(await listed(query, `/v1/events?limit=7&cursor=${prev}`));
    }
    // Positions included: where to go on from is the same, whichever way a page was reached.
    t.strictSame(
      back.map((page) => page?.items),
      pages.map((page) => page.items),
    );
  },
);

t.test('from any item’s position on come exactly the items after it', async (t) => {
  const { query } = await filled(t);
  const all = await listed(query, '/v1/events?limit=1000');
  for (const [index, { position }] of all.items.entries()) {
    const rest = await listed(query, `/v1/events?after=${position}&limit=1000`);
    t.strictSame(rest.items.map(idOf), all.items.slice(index + 1).map(idOf));
  }
  const filtered = await listed(query, '/v1/events?kind=border-crossing&limit=1000');
  t.equal(filtered.items.length, 10);
  for (const [index, { position }] of filtered.items.entries()) {
    const rest = await listed(query, `/v1/events?kind=border-crossing&after=${position}`);
    t.strictSame(rest.items.map(idOf), filtered.items.slice(index + 1).map(idOf));
  }
});

t.test('known by a day are the events whose own report was out, and those that report nothing', async (t) => {
  const query = await createQueryApp(t);
  const reportsOf = (publishedOn: string) => ({ reports: [{ publisher: 'Gazette', publishedOn }] });
  await query.append([
    measure('early', { published: '2021-08-01' }),
    statement('late', { published: '2021-09' }),
    // Says of its own report when it was out; the data's reports are those of the claim.
    correction('early', measureData({ published: '2021-08-01' }), reportsOf('2021-09-15')),
    // Says nothing of the kind: as its claim.
    correction('late', statementData({ published: '2021-08-01' })),
    statusChange('early', 'ended', '2021-08-05', reportsOf('2021-10-01')),
    link('late', 'responds-to', 'early'),
    retraction('late'),
  ]);
  const typesOf = async (parameters: string) =>
    (await listed(query, `/v1/events?${parameters}`)).items.map(
      ({ event }) => `${String(event['type']).split('.')[1]} ${String(event['subject'])}`,
    );
  const always = ['linked late', 'retracted late'];
  t.strictSame(await typesOf('knownBy=2021-07-31'), always);
  t.strictSame(await typesOf('knownBy=2021-08-31'), ['adopted early', ...always]);
  t.strictSame(await typesOf('knownBy=2021-09-01'), ['adopted early', ...always]);
  t.strictSame(await typesOf('knownBy=2021-09-01&dateMatch=possible'), [
    'adopted early',
    'issued late',
    'corrected late',
    ...always,
  ]);
  t.equal((await typesOf('knownBy=2021-12-31')).length, 7);
  const { page } = await listed(query, '/v1/events?knownBy=2021-08-31&total=exact&limit=1');
  t.equal(page.total, 3);
  const lines = await query.get('/v1/events?knownBy=2021-08-31', { accept: 'application/x-ndjson' });
  t.equal(lines.text.trimEnd().split('\n').length, 3);
  const [late] = (await listed(query, '/v1/events?subject=late')).items;
  const path = `/v1/events/${encodeURIComponent(String(late?.event['source']))}/${String(late?.event['id'])}`;
  t.equal((await query.get(`${path}?knownBy=2021-09-30`)).status, 200);
  t.match(await query.get(`${path}?knownBy=2021-08-31`), { status: 404, json: { code: 'unknown-event' } });
});

t.test('until ends the range, and a range that ends before it begins is refused', async (t) => {
  const { query } = await filled(t);
  const all = await listed(query, '/v1/events?limit=1000');
  const middle = all.items[19]?.position ?? '';
  t.equal((await listed(query, `/v1/events?until=${middle}&limit=1000`)).items.length, 20);
  t.equal((await listed(query, `/v1/events?after=${middle}&until=${middle}`)).items.length, 0);
  t.equal((await listed(query, '/v1/events?after=latest')).items.length, 0);
  t.equal((await listed(query, '/v1/events?until=earliest')).items.length, 0);
  t.equal((await listed(query, '/v1/events?after=2026-02-01T00:00:00.005Z&limit=1000')).items.length, 25);
  t.equal((await listed(query, '/v1/events?until=2026-02-01T00:00:00.005Z&limit=1000')).items.length, 15);
  const refused = await query.get(`/v1/events?after=latest&until=${middle}`);
  t.equal(refused.status, 400);
  t.equal(refused.at('/errors/0/parameter'), 'after');
  const ahead = toPositionToken({ logId: query.logId, offsets: [999, 0, 0, 0] });
  t.equal((await query.get(`/v1/events?after=${ahead}`)).at('/code'), 'position-ahead');
  t.equal((await query.get('/v1/events?after=junk')).at('/code'), 'bad-position');
});

t.test('as NDJSON the whole range comes as lines, the same items', async (t) => {
  const { query } = await filled(t);
  await query.append(Array.from({ length: 1_300 }, (_, index) => statement(`more-${index}`)));
  const pretty = event('pretty', 'statement.issued.v1', statementData());
  await query.append([pretty], { raw: JSON.stringify(pretty, null, 2) });
  const answer = await query.get('/v1/events', { accept: 'application/x-ndjson' });
  t.equal(answer.headers['content-type'], 'application/x-ndjson');
  const lines = answer.text.trimEnd().split('\n');
  t.equal(lines.length, 1_341);
  const items = lines.map((line) => eventItemSchema.parse(JSON.parse(line)));
  const first = await listed(query, '/v1/events?limit=1000');
  t.strictSame(items.slice(0, 1000), first.items);
  const second = await listed(query, `/v1/events?limit=1000&cursor=${first.page.next}`);
  t.strictSame(items.slice(1000), second.items);
  t.equal(answer.headers['ledgerline-position'], second.page.position);
  const few = await query.get('/v1/events?limit=3&subject=more-1,more-2,more-3,more-4', {
    accept: 'application/x-ndjson',
  });
  t.equal(few.text.trimEnd().split('\n').length, 3);
  t.equal((await query.get('/v1/events?after=latest', { accept: 'application/x-ndjson' })).text, '');
});

t.test('filters look at an event’s own data, of a correction at what it says now', async (t) => {
  const query = await createQueryApp(t);
  const data = statementData({ stance: 'denies' });
  const events = [
    statement('a', { stance: 'condemns' }),
    correction('a', data),
    link('a', 'updates', 'b'),
    retraction('a'),
  ];
  await query.append(events);
  const found = async (parameters: string) => (await listed(query, `/v1/events?${parameters}`)).items.map(idOf);
  const ids = events.map(({ id }) => id);
  t.strictSame(await found('stance=condemns'), [ids[0]]);
  t.strictSame(await found('stance=denies'), [ids[1]]);
  t.strictSame(await found('type=claims.linked.v1,claim.retracted.v1'), [ids[2], ids[3]]);
  t.strictSame(await found('subject=a'), ids);
  t.strictSame(await found('from=2021-08-24&to=2021-08-24'), [ids[0], ids[1]]);
});

t.test('one event is found by its source and id, percent-encoded', async (t) => {
  const query = await createQueryApp(t);
  const source = 'https://desk.example/a b?c=%2F'.replace(' ', '%20');
  const one = event('a', 'statement.issued.v1', statementData(), { source, id: '1:2~x' });
  await query.append([statement('before'), one, statement('after')]);
  const answer = await query.get(`/v1/events/${encodeURIComponent(source)}/${encodeURIComponent('1:2~x')}`);
  t.equal(answer.status, 200, answer.text);
  const item = eventItemSchema.parse(answer.json);
  t.strictSame(item.event, one);
  const rest = await listed(query, `/v1/events?after=${item.position}`);
  t.strictSame(
    rest.items.map(({ event: { subject } }) => subject),
    ['after'],
  );
  t.equal((await query.get('/v1/events/urn:x:y/1')).at('/code'), 'unknown-event');
  t.equal((await query.get('/v1/events/%00/1')).status, 400);
  t.equal((await query.get('/v1/events/%zz/1')).status, 400);
});

t.test('with Prefer: wait an empty answer waits for the next event', async (t) => {
  const query = await createQueryApp(t);
  await query.append([statement('a')]);
  const { page } = await listed(query, '/v1/events');
  const waiting = query.get(`/v1/events?after=${page.position}&kind=measure,statement`, { prefer: 'wait=20' });
  await query.append([crossing('b')]);
  await query.append([statement('c')]);
  const answer = await waiting;
  t.strictSame(
    eventListSchema.parse(answer.json).items.map(({ event: { subject } }) => subject),
    ['c'],
  );
  const nothing = await query.get('/v1/events?after=latest', { prefer: 'wait=1' });
  t.equal(nothing.status, 200);
  t.equal(nothing.at('/items/length'), 0);
});
