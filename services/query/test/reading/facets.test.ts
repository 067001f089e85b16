/** Facets and totals are exact at the page's position, whatever was counted before. */
import { foldText } from '@ledgerline/events';
import { generateEvents } from '@ledgerline/testkit';
import { arbitraryHistory } from '@ledgerline/testkit/arbitrary-events';
import * as fc from 'fast-check';
import t from 'tap';
import { claimListSchema } from '../../src/shapes/claim.ts';
import { correction, crossing, measure, retraction, statement, statementData } from '../fixture/event-builders.ts';
import { createQueryApp, type QueryApp } from '../fixture/query-app.ts';

async function listed(query: QueryApp, url: string) {
  const answer = await query.get(url);
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return claimListSchema.parse(answer.json);
}

type Items = Awaited<ReturnType<typeof listed>>['items'];

const years = (from: string, to: string) =>
  Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => String(Number(from) + index));

/** What the facets of these claims are, by the claims themselves. */
function recount(items: Items, name: 'kind' | 'publisher' | 'tag' | 'year') {
  const ends = items.flatMap(({ occurred: { earliest, latest } }) => [earliest, latest]).filter((day) => day !== null);
  const [low = '', high = ''] = [ends.toSorted()[0], ends.toSorted().at(-1)].map((day) => day?.slice(0, 4));
  const counts = new Map<string, number>();
  for (const { kind, data, occurred } of items) {
    const told = (data ?? {}) as { reports?: { publisher: string }[]; tags?: string[] };
    const { earliest, latest } = occurred;
    const values = {
      kind: [kind as string],
      publisher: told.reports?.map(({ publisher }) => foldText(publisher)) ?? [],
      tag: told.tags?.map(foldText) ?? [],
      year: earliest || latest ? years(earliest?.slice(0, 4) ?? low, latest?.slice(0, 4) ?? high) : [],
    }[name];
    for (const value of new Set(values)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .toSorted((a, b) => (name === 'year' ? 0 : b.count - a.count) || (a.value < b.value ? -1 : 1));
}

t.test('facets and total are those of all pages, and of a count by hand, while the log grows', async (t) => {
  const query = await createQueryApp(t);
  const mix = { corrections: 0.3, retractions: 0.1, links: 0.1 };
  const histories = fc.sample(arbitraryHistory(150), { seed: 11, numRuns: 5 });
  const history = [
    ...generateEvents({ count: 90, ...mix }),
    ...(histories.toSorted((a, b) => b.length - a.length)[0] ?? []),
  ];
  const positions: string[] = [];
  for (let from = 0; from < history.length; from += 12) {
    await query.append(history.slice(from, from + 12));
    for (const filter of [
      '',
      '&state=all',
      '&kind=!statement',
      '&knownBy=2021',
      '&q=-zebra',
      '&hasFigure=true',
      '&from=2021-03&to=2021-05',
      '&on=2020',
    ]) {
      const all = await listed(query, `/v1/timeline?limit=1000${filter}`);
      const page = await listed(query, `/v1/timeline?limit=1&facets=kind,publisher,tag,year&total=exact${filter}`);
      t.equal(page.page.total, all.items.length, filter);
      for (const name of ['kind', 'publisher', 'tag', 'year'] as const) {
        t.strictSame(page.facets?.[name]?.slice(0, 100), recount(all.items, name).slice(0, 100), `${name}${filter}`);
      }
      if (filter === '') positions.push(page.page.position);
    }
  }
  t.ok(positions.length > 5);
  for (const position of positions) {
    const all = await listed(query, `/v1/timeline?limit=1000&asOf=${position}`);
    const page = await listed(query, `/v1/timeline?limit=1&facets=kind,year&total=exact&asOf=${position}`);
    t.equal(page.page.total, all.items.length);
    t.strictSame(page.facets?.kind, recount(all.items, 'kind'));
    t.strictSame(page.facets?.year, recount(all.items, 'year'));
  }
});

t.test('a count is the total there is with that value as a further filter', async (t) => {
  const query = await createQueryApp(t);
  await query.append([
    crossing('a', { occurred: '2021-08', tags: ['Night', 'forest'] }),
    crossing('b', { occurred: '2020-12-31/2021-01-01', outcome: 'prevented' }),
    statement('c', { occurred: '2021-03-03/..', stance: 'denies', publisher: 'Žinios' }),
    measure('d', { occurred: '2019', measureKind: 'barrier' }),
    statement('e', { occurred: '2024-02-29' }),
    retraction('e'),
  ]);
  const names = 'kind,type,country,border,place,actor,publisher,measureKind,outcome,stance,tag,year,month';
  for (const match of ['', '&dateMatch=certain', '&dateMatch=possible']) {
    const { facets = {} } = await listed(query, `/v1/timeline?limit=1&facets=${names}${match}`);
    t.strictSame(Object.keys(facets), names.split(','));
    for (const [name, values] of Object.entries(facets)) {
      for (const { value, count } of values) {
        const filter = name === 'year' || name === 'month' ? `on=${value}` : `${name}=${encodeURIComponent(value)}`;
        const { page } = await listed(query, `/v1/timeline?limit=1&total=exact&${filter}${match}`);
        t.equal(count, page.total, `${filter}${match}`);
      }
    }
    t.same(facets.publisher, [
      { value: 'gazette', count: 3 },
      { value: 'zinios', count: 1 },
    ]);
    t.same(
      facets.year?.map(({ value }) => value),
      match === '&dateMatch=certain' ? ['2019', '2021'] : ['2019', '2020', '2021'],
    );
  }
});

t.test('the pages of one walk have one total, and leaving facets out or in does not break it', async (t) => {
  const query = await createQueryApp(t);
  await query.append(Array.from({ length: 7 }, (_, index) => statement(`s-${index}`)));
  const first = await listed(query, '/v1/timeline?limit=3&total=exact&facets=kind');
  await query.append([statement('later'), correction('s-1', statementData()), retraction('s-2')]);
  const second = await listed(query, `/v1/timeline?limit=3&total=exact&facets=kind&cursor=${first.page.next}`);
  t.equal(second.page.total, 7);
  t.strictSame(second.facets, first.facets);
  const third = await listed(query, `/v1/timeline?limit=3&cursor=${second.page.next}`);
  t.equal(third.items.length, 1);
  t.equal('facets' in third, false);
});

t.test('an unknown facet is refused with the nearest known one', async (t) => {
  const query = await createQueryApp(t);
  const answer = await query.get('/v1/timeline?facets=kind,contry');
  t.equal(answer.status, 400);
  t.match(answer.at('/detail'), /country/);
  for (const facets of ['', 'kind,kind', 'kind,', 'secret']) {
    t.equal((await query.get(`/v1/timeline?facets=${facets}`)).at('/code'), 'invalid-parameter', facets);
  }
});
