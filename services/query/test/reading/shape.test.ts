import t from 'tap';
import { claimListSchema } from '../../src/shapes/claim.ts';
import { eventListSchema } from '../../src/shapes/event.ts';
import { crossing, link, statement } from '../fixture/event-builders.ts';
import { createQueryApp } from '../fixture/query-app.ts';

const query = await createQueryApp(t);
await query.append([
  statement('a', { title: 'first', relations: [{ type: 'updates', target: 'b' }] }),
  crossing('b'),
  link('b', 'same-incident', 'a'),
]);

const itemsOf = async (url: string) => {
  const answer = await query.get(url);
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.at('/items') as Record<string, unknown>[];
};
const full = claimListSchema.parse((await query.get('/v1/timeline')).json).items;
const events = eventListSchema.parse((await query.get('/v1/events')).json).items;

t.test('any member by itself is what it is in the whole item', async (t) => {
  for (const field of Object.keys(full[0] ?? {}) as (keyof (typeof full)[0])[]) {
    for (const clock of ['', '&knownBy=2022']) {
      const items = await itemsOf(`/v1/timeline?fields=${field}${clock}`);
      t.strictSame(
        items,
        full.map((item) => ({ [field]: item[field] })),
        `${field}${clock}`,
      );
    }
  }
  for (const field of Object.keys(events[0] ?? {}) as (keyof (typeof events)[0])[]) {
    t.strictSame(
      await itemsOf(`/v1/events?fields=${field}`),
      events.map((item) => ({ [field]: item[field] })),
    );
  }
});

t.test('fields come in the order of the whole item, and before the view', async (t) => {
  const items = await itemsOf('/v1/timeline?fields=title,incident,subject,relations&view=minimal');
  t.strictSame(
    items.map(Object.keys),
    full.map(() => ['subject', 'title', 'relations', 'incident']),
  );
  t.strictSame(
    items,
    full.map(({ subject, title, relations, incident }) => ({ subject, title, relations, incident })),
  );
});

t.test('the minimal view leaves out what grows with a claim, and an event’s data', async (t) => {
  const minimal = ['subject', 'kind', 'state', 'version', 'title', 'occurred', 'published', 'recordedAt'];
  t.strictSame(
    (await itemsOf('/v1/timeline?view=minimal')).map(Object.keys),
    full.map(() => minimal),
  );
  t.strictSame(await itemsOf('/v1/timeline?view=full'), full);
  const attributes = events.map(({ event: { data: _data, ...rest }, ...others }) => ({ ...others, event: rest }));
  t.same(await itemsOf('/v1/events?view=minimal'), attributes);
  const lines = await query.get('/v1/events?fields=offset,partition', { accept: 'application/x-ndjson' });
  t.strictSame(
    lines.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
    events.map(({ partition, offset }) => ({ partition, offset })),
  );
});

t.test('an unknown member is refused with the nearest known one', async (t) => {
  const answer = await query.get('/v1/timeline?fields=subject,titel');
  t.equal(answer.at('/code'), 'invalid-parameter');
  t.match(answer.at('/detail'), /title/);
  for (const url of [
    '/v1/timeline?fields=',
    '/v1/timeline?fields=subject,',
    '/v1/timeline?view=tiny',
    '/v1/events?fields=data',
  ]) {
    t.equal((await query.get(url)).at('/code'), 'invalid-parameter', url);
  }
});

t.test('a walk may change what it shows from page to page', async (t) => {
  const first = await query.get('/v1/timeline?limit=1&view=minimal');
  const second = await query.get(`/v1/timeline?limit=1&fields=subject&cursor=${String(first.at('/page/next'))}`);
  t.strictSame(second.at('/items'), [{ subject: full[1]?.subject }]);
});
