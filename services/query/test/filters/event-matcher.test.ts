/** What a stream's filter says of an event in memory is what the journal's statement says of it. */
import assert from 'node:assert/strict';
import { bindSchema } from '@ledgerline/projection';
import { arbitraryHistory } from '@ledgerline/testkit/arbitrary-events';
import * as fc from 'fast-check';
import t from 'tap';
import { z } from 'zod';
import { eventsStatement } from '../../src/events/events-statement.ts';
import { contradictionIn, eventFilterParameters } from '../../src/filters/claim-filters.ts';
import { createEventMatcher, type MatchableEvent } from '../../src/filters/event-matcher.ts';
import { matchSearches, searchTextOfEvent } from '../../src/filters/match-searches.ts';
import { correction, crossing, link, retraction, statement, statementData } from '../fixture/event-builders.ts';
import { createQueryApp } from '../fixture/query-app.ts';

type Row = MatchableEvent & { readonly offset: number; readonly partition: number; readonly event: unknown };

const query = await createQueryApp(t);
await query.append([
  statement('words', { title: 'Fences are built', summary: 'Ingrida Šimonytė and Łukašenka', occurred: '2021-08/..' }),
  correction('words', statementData({ title: 'The fence was built', content: 'Nobody crossed; Janša spoke.' })),
  crossing('crossed', { title: 'Crossing the fence at night' }),
  link('words', 'updates', 'crossed'),
  retraction('crossed'),
  ...(fc.sample(arbitraryHistory(80), { seed: 7, numRuns: 1 })[0] ?? []),
]);
const { rows } = await query.database.pool.query<Row>(
  `select partition, "offset", source, subject, type, terms, earliest::text, latest::text,
     published_earliest::text, published_latest::text, event from journal_g1.events`,
);
const texts = rows.map(({ event }) => searchTextOfEvent(event));
const languages = [...new Set(texts.flatMap((text) => text?.config ?? []))].filter((config) => config !== 'english');
const english = (folded: string) => ({ folded, config: 'english' });
const filters = z.object(eventFilterParameters);

/** Values that rows have, and some that none has, as a client writes them. */
const termsOf = (name: string) => [
  ...new Set(rows.flatMap(({ terms }) => terms.filter((term) => term.startsWith(`${name}:`)))),
];
const escaped = (value: string) => value.replaceAll(/[\\,!]/g, (character) => `\\${character}`);
const listOf = (values: readonly string[]) =>
  fc
    .tuple(fc.boolean(), fc.array(fc.constantFrom(...values.map(escaped)), { minLength: 1, maxLength: 3 }))
    .map(([negated, chosen]) => `${negated ? '!' : ''}${chosen.join(',')}`);
const ofTerms = (name: string, ...others: string[]) =>
  listOf([...termsOf(name).map((term) => term.slice(name.length + 1)), ...others]);
const day = fc.constantFrom(
  '2018',
  '2019-06',
  '2021',
  '2021-08',
  '2021-08-24',
  '2021-08-25',
  '2022',
  '2024-02',
  '2030',
);
const anyFilter = {
  kind: ofTerms('kind'),
  type: listOf([...new Set(rows.map(({ type }) => type)), 'none.of.these.v1']),
  country: ofTerms('country', 'FR'),
  border: ofTerms('border', 'BY-LV'),
  place: ofTerms('place', 'nowhere'),
  actor: ofTerms('actor', 'Nobody'),
  publisher: ofTerms('publisher', 'GAZETTE'),
  measureKind: ofTerms('measureKind', 'pushback'),
  outcome: ofTerms('outcome', 'crossed'),
  stance: ofTerms('stance', 'denies'),
  tag: ofTerms('tag', 'none'),
  subject: listOf(rows.map(({ subject }) => subject)),
  source: listOf(rows.map(({ source }) => source)),
  hasFigure: fc.constantFrom('true', 'false'),
  from: day,
  to: day,
  on: day,
  publishedFrom: day,
  publishedTo: day,
  state: fc.constantFrom('current', 'retracted', 'all'),
  q: fc
    .array(
      fc.constantFrom('fence', '-fence', 'built', '"fence was"', 'cross*', '-bui*', 'simonyte', 'lukas*', 'the', 'a*'),
      { minLength: 1, maxLength: 2 },
    )
    .map((words) => words.join(' ')),
};
/** One to three filters at a time: more leave nothing. */
const parameters = fc
  .subarray(Object.keys(anyFilter) as (keyof typeof anyFilter)[], { minLength: 1, maxLength: 3 })
  .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, anyFilter[name]]))));

t.test('any filters give the same events in memory and in the database', async (t) => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(parameters, fc.constantFrom('certain', 'possible', undefined), async (given, dateMatch) => {
      const parsed = filters.parse(given);
      fc.pre(contradictionIn(parsed) === null);
      const [after, until] = [
        [0, 0, 0, 0],
        [1e6, 1e6, 1e6, 1e6],
      ];
      const { text, values } = eventsStatement({
        filters: parsed,
        dateMatch,
        knownBy: null,
        languages,
        after,
        until,
        from: null,
        lastRecorded: null,
        limit: 10_000,
      });
      const bound = bindSchema(bindSchema(text, 'journal', 'journal_g1'), 'timeline', 'timeline_g1');
      const inDatabase = await query.database.pool.query<Row>(bound, [...values]);
      const matcher = createEventMatcher(parsed, dateMatch);
      const [searched] =
        matcher.search === null ? [null] : await matchSearches(query.database.pool, texts, [matcher.search]);
      const inMemory = rows.filter((row, index) => matcher.matches(row) && (searched?.has(index) ?? true));
      const place = ({ partition, offset }: Row) => `${partition}/${offset}`;
      assert.deepEqual(inMemory.map(place).toSorted(), inDatabase.rows.map(place).toSorted());
      if (inMemory.length > 0 && inMemory.length < rows.length) found += 1;
    }),
    { numRuns: 400 },
  );
  t.ok(found > 40, `${found} of the filters chose some events and not others`);
});

t.test('an event without a claim is found by no search, not even by one that only excludes', async (t) => {
  const matcher = createEventMatcher(filters.parse({ q: '-zebra' }));
  if (matcher.search === null) throw new Error('there is a search');
  const [found] = await matchSearches(
    query.database.pool,
    [null, english('a horse'), english('a zebra')],
    [matcher.search],
  );
  t.strictSame([...(found ?? [])], [1]);
});
