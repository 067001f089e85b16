/** Counts of claims and incidents over HTTP, on rows that the projectors' own `apply` wrote to a real PostgreSQL. */
import t from 'tap';
import { countListSchema } from '../../src/statistics/schemas.ts';
import { crossing, link, measure, retraction, statement, unlink } from '../fixture/event-builders.ts';
import { createQueryApp } from '../fixture/query-app.ts';
import { read } from './read-answer.ts';

t.test('a claim whose days span bins is possible in each and certain in none', async (t) => {
  const query = await createQueryApp(t);
  await query.append([
    statement('day', { occurred: '2021-08-24' }),
    statement('month', { occurred: '2021-08' }),
    crossing('straddles', { occurred: '2021-08-30/2021-09-02' }),
    measure('open', { occurred: '2021-08-20/..' }),
    measure('gone', { occurred: '2021-08-20' }),
    retraction('gone'),
  ]);
  const counts = (parameters: string) => read(query, `/v1/statistics/counts${parameters}`, countListSchema);
  t.same((await counts('?by=month')).items, [
    { month: '2021-08', claims: 2, incidents: 2, possible: 2 },
    { month: '2021-09', claims: 0, incidents: 0, possible: 2 },
  ]);
  t.same((await counts('?by=week&from=2021-08-30&to=2021-09-05')).items, [
    { week: '2021-W35', claims: 1, incidents: 1, possible: 2 },
  ]);
  t.same((await counts('?by=year,kind')).items, [
    { year: '2021', kind: 'border-crossing', claims: 1, incidents: 1, possible: 0 },
    { year: '2021', kind: 'measure', claims: 0, incidents: 0, possible: 1 },
    { year: '2021', kind: 'statement', claims: 2, incidents: 2, possible: 0 },
  ]);
  t.same((await counts('?by=day&on=2021-08-31')).items, [{ day: '2021-08-31', claims: 0, incidents: 0, possible: 3 }]);
  t.same((await counts('?by=month,year&kind=statement')).items, [
    { month: '2021-08', year: '2021', claims: 2, incidents: 2, possible: 0 },
  ]);
  t.same((await counts('?state=all')).items, [{ claims: 5, incidents: 5, possible: 0 }]);
  t.same((await counts('?kind=statement&country=PL')).items, [{ claims: 0, incidents: 0, possible: 0 }]);
});

t.test('incidents are distinct over any chain of links, and links can be undone', async (t) => {
  const query = await createQueryApp(t);
  await query.append([
    crossing('a', { publisher: 'BNN' }),
    crossing('b', { publisher: 'dpa' }),
    crossing('c', { publisher: 'dpa' }),
    crossing('d', { publisher: 'dpa' }),
    link('a', 'same-incident', 'b'),
    link('c', 'same-incident', 'b'),
    link('d', 'same-incident', 'unknown'),
  ]);
  const counts = (parameters: string) => read(query, `/v1/statistics/counts${parameters}`, countListSchema);
  const linked = await counts('');
  t.same(linked.items, [{ claims: 4, incidents: 2, possible: 0 }]);
  t.same((await counts('?by=publisher')).items, [
    { publisher: 'BNN', claims: 1, incidents: 1, possible: 0 },
    { publisher: 'dpa', claims: 3, incidents: 2, possible: 0 },
  ]);
  t.same((await counts('?by=border,country,outcome&limit=1')).items, [
    { border: 'BY-LT', country: 'BY', outcome: 'crossed', claims: 4, incidents: 2, possible: 0 },
  ]);
  await query.append([unlink('b', 'same-incident', 'a')]);
  t.same((await counts('')).items, [{ claims: 4, incidents: 3, possible: 0 }]);
  t.same((await counts(`?asOf=${linked.page.position}`)).items, linked.items);
  t.same((await counts('?by=measureKind')).items, []);
});

t.test('counting centuries by days is refused, and a window helps', async (t) => {
  const query = await createQueryApp(t);
  await query.append([statement('ages', { occurred: '0001/9999' })]);
  t.match(await query.get('/v1/statistics/counts?by=day'), { status: 400, json: { errors: [{ parameter: 'by' }] } });
  const windowed = await read(query, '/v1/statistics/counts?by=day&from=2021-08-01&to=2021-08-03', countListSchema);
  t.equal(windowed.items.length, 3);
});
