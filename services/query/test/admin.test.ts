import t from 'tap';
import { viewsSchema } from '../src/routes/admin.ts';
import { codelistsSchema } from '../src/routes/codelists.ts';
import { schemasSchema } from '../src/routes/schemas.ts';
import { correction, statement, statementData } from './fixture/event-builders.ts';
import { createQueryApp } from './fixture/query-app.ts';

const query = await createQueryApp(t);
await query.append([statement('a'), statement('b')]);
// After a quiet year.
await query.append([correction('a', statementData({ title: 'Other words' }))], {
  views: ['journal'],
  at: new Date().toISOString(),
});

t.test('each view says how far it is and how much it lags', async (t) => {
  const { items } = viewsSchema.parse((await query.get('/v1/admin/views')).json);
  t.strictSame(
    items.map(({ view, generation }) => [view, generation]),
    [
      ['journal', 1],
      ['statistics', 1],
      ['timeline', 1],
    ],
  );
  t.strictSame(
    items.map(({ lag }) => lag.events),
    [0, 1, 1],
  );
  const [journal = -1, ...others] = items.map(({ lag }) => lag.seconds ?? Number.NaN);
  t.equal(journal, 0);
  for (const seconds of others) t.ok(seconds >= 0 && seconds < 600, `since ${seconds} s, not since the year before`);
  t.strictSame(
    items.map(({ parked }) => parked),
    [0, 0, 0],
  );
});

t.test('code lists give every code with its meaning, by pages', async (t) => {
  const all = codelistsSchema.parse((await query.get('/v1/codelists')).json);
  const outcome = all.items.find(({ name }) => name === 'outcome');
  t.ok(outcome?.codes.some(({ code, meaning }) => code === 'turned-back' && meaning !== ''));
  const first = codelistsSchema.parse((await query.get('/v1/codelists?limit=4')).json);
  const second = codelistsSchema.parse((await query.get(`/v1/codelists?limit=4&cursor=${first.page.next}`)).json);
  t.strictSame([...first.items, ...second.items], all.items.slice(0, 8));
  t.strictSame(
    codelistsSchema.parse((await query.get(`/v1/codelists?limit=4&cursor=${second.page.prev}`)).json).items,
    first.items,
  );
});

t.test('every event type has its JSON Schema', async (t) => {
  const { items } = schemasSchema.parse((await query.get('/v1/schemas')).json);
  t.ok(items.length >= 8);
  for (const { type, url } of items) {
    const answer = await query.get(url);
    t.match(answer.headers['content-type'], /^application\/schema\+json/);
    t.equal(answer.at('/$id'), `/v1/schemas/${type}`);
  }
  const unknown = await query.get('/v1/schemas/statement.issued');
  t.equal(unknown.at('/code'), 'unknown-schema');
  t.match(unknown.at('/detail'), /statement\.issued\.v1/);
});
