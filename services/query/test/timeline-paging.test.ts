import t from 'tap';
import { claimListSchema } from '../src/shapes/claim.ts';
import { correction, retraction, statement, statementData } from './fixture/event-builders.ts';
import { createQueryApp, type QueryApp } from './fixture/query-app.ts';

const day = (index: number) => `2021-08-${String(1 + (index % 9)).padStart(2, '0')}`;

async function filled(t: Parameters<typeof createQueryApp>[0], count: number): Promise<QueryApp> {
  const query = await createQueryApp(t);
  const events = Array.from({ length: count }, (_, index) =>
    statement(`s-${String(index).padStart(2, '0')}`, {
      occurred: day(index),
      content: `${'fence '.repeat(index % 5)}word`,
    }),
  );
  await query.append(events);
  return query;
}

async function pageOf(query: QueryApp, url: string) {
  const answer = await query.get(url);
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return claimListSchema.parse(answer.json);
}

for (const order of ['occurred', '-occurred', 'recorded', '-recorded', '-relevance&q=word']) {
  t.test(
    `a walk by order=${order} shows every claim once, whatever is written meanwhile, and the same way back`,
    async (t) => {
      const query = await filled(t, 23);
      const base = `/v1/timeline?order=${order}&limit=5`;
      const expected = (await pageOf(query, base.replace('limit=5', 'limit=1000'))).items.map(({ subject }) => subject);
      const pages: string[][] = [];
      const cursors: string[] = [];
      let page = await pageOf(query, `${base}&total=exact`);
      const { position } = page.page;
      t.equal(page.page.total, 23);
      t.equal(page.page.prev, null);
      for (let step = 0; ; step += 1) {
        pages.push(page.items.map(({ subject }) => subject));
        t.equal(page.page.position, position, 'one position');
        if (page.page.next === null) break;
        // New claims before, among and after those to come; others move, change or go.
        await query.append([
          statement(`new-${step}`, { occurred: day(step * 2), content: 'word' }),
          correction(`s-0${step}`, statementData({ occurred: day(step + 5), content: 'another word' })),
          retraction(`s-1${step}`),
        ]);
        cursors.push(page.page.next);
        page = await pageOf(query, `${base}&cursor=${page.page.next}`);
      }
      t.strictSame(pages.flat(), expected);
      t.strictSame(
        pages.map((one) => one.length),
        [5, 5, 5, 5, 3],
      );
      const back: string[][] = [pages.at(-1) ?? []];
      while (page.page.prev !== null) {
        page = await pageOf(query, `${base}&cursor=${page.page.prev}`);
        back.unshift(page.items.map(({ subject }) => subject));
      }
      t.strictSame(back, pages);
      t.equal(
        (await pageOf(query, `${base}&cursor=${cursors[1]}`)).items[0]?.subject,
        pages[2]?.[0],
        'a cursor can be used again',
      );
    },
  );
}

t.test('Link headers lead on and back with the same parameters', async (t) => {
  const query = await filled(t, 12);
  const first = await query.get('/v1/timeline?kind=statement&limit=5&q=word');
  const next = /<([^>]+)>; rel="next"/.exec(String(first.headers['link']))?.[1];
  t.match(next, /^\/v1\/timeline\?kind=statement&limit=5&q=word&cursor=/);
  const second = await query.get(next ?? '');
  t.equal(second.status, 200);
  t.match(second.headers['link'], /rel="next".*rel="prev"/);
  const last = await query.get(/<([^>]+)>; rel="next"/.exec(String(second.headers['link']))?.[1] ?? '');
  t.notMatch(last.headers['link'], /rel="next"/);
});

t.test('a cursor of another query or another log is refused', async (t) => {
  const query = await filled(t, 12);
  const { page } = await pageOf(query, '/v1/timeline?limit=5');
  for (const url of [
    `/v1/timeline?limit=5&kind=measure&cursor=${page.next}`,
    `/v1/timeline?limit=5&order=-occurred&cursor=${page.next}`,
    `/v1/measures?cursor=${page.next}`,
    '/v1/timeline?cursor=junk',
  ]) {
    const answer = await query.get(url);
    t.equal(answer.status, 400, url);
    t.equal(answer.at('/code'), 'bad-cursor');
  }
  const other = await createQueryApp(t, { logId: '22222222-2222-4222-8222-222222222222' });
  t.equal((await other.get(`/v1/timeline?limit=5&cursor=${page.next}`)).at('/code'), 'bad-cursor');
});

t.test('the first page of an empty timeline has no items and leads nowhere', async (t) => {
  const query = await createQueryApp(t);
  const { items, page } = await pageOf(query, '/v1/timeline?total=exact');
  t.strictSame(items, []);
  t.match(page, { next: null, prev: null, total: 0 });
});
