/** Texts are found in the language of their first report as well as in English, folded in either. */
import t from 'tap';
import { createEventMatcher } from '../../src/filters/event-matcher.ts';
import { matchSearches, searchTextOfEvent } from '../../src/filters/match-searches.ts';
import { correction, retraction, statement, statementData } from '../fixture/event-builders.ts';
import { createQueryApp } from '../fixture/query-app.ts';

const query = await createQueryApp(t);
const said = (language: string | undefined, content: string) => ({
  content,
  reports: [{ publisher: 'Gazette', publishedOn: '2021-08-25', ...(language === undefined ? {} : { language }) }],
});
const events = [
  statement('lt', said('lt', 'Pasieniečiai sulaikė migrantus prie Lietuvos sienos.')),
  statement('de', said('de', 'Die Grenzen wurden geschlossen, die Straßen gesperrt.')),
  statement('pl', said('pl', 'Straż Graniczna zatrzymała migrantów; Łukaszenka zaprzecza.')),
  statement('en', said(undefined, 'The WHO said that nobody was crossing the borders in winter.')),
  statement('none', said(undefined, 'Nothing of the kind.')),
];
await query.append(events);

const all = ['de', 'en', 'lt', 'none', 'pl'];
const searches: readonly (readonly [q: string, found: readonly string[]])[] = [
  // Other forms of the words, which English knows nothing of; with and without the letters of the alphabet.
  ['sienas', ['lt']],
  ['pasieniečio', ['lt']],
  ['pasieniecio', ['lt']],
  ['sienos migrantai', ['lt']],
  ['Grenze', ['de']],
  ['strasse', ['de']],
  ['geschlossen Straße', ['de']],
  // PostgreSQL has no Polish: words as they are written, folded; and their beginnings.
  ['lukaszenka', ['pl']],
  ['zatrzymala', ['pl']],
  ['migrant*', ['lt', 'pl']],
  ['graniczn*', ['pl']],
  // English words in any text; a stop word of one language is a word of another.
  ['border crossings', ['en']],
  ['crossing in winter', ['en']],
  ['die', ['de']],
  ['"Lietuvos sienos"', ['lt']],
  // Excluded in whatever form.
  ['-siena -migrant*', ['de', 'en', 'none']],
  ['migrant* -sienai', ['pl']],
  // Nothing but stop words: looked for as they are.
  ['who', ['en']],
  ['"the who"', ['en']],
  ['the of', ['none']],
  ['the -nothing', ['en']],
  ['-the', all],
];

for (const [q, found] of searches) {
  t.test(`"${q}" finds ${found.join(', ') || 'nothing'}, on every path and in streams`, async (t) => {
    const encoded = encodeURIComponent(q);
    for (const path of [
      '/v1/timeline',
      '/v1/timeline?order=-relevance',
      '/v1/events',
      '/v1/changes',
      '/v1/timeline?asOf=latest',
    ]) {
      const answer = await query.get(`${path}${path.includes('?') ? '&' : '?'}q=${encoded}&limit=100`);
      const items = answer.at('/items') as { subject?: string; event?: { subject: string } }[];
      t.strictSame(new Set(items.map(({ subject, event }) => subject ?? event?.subject)), new Set(found), path);
    }
    const counted = await query.get(`/v1/statistics/counts?q=${encoded}`);
    t.equal(counted.at('/items/0/claims'), found.length, 'counts');
    const { search } = createEventMatcher({ q });
    if (search === null) throw new Error('there is a search');
    const [matched] = await matchSearches(query.database.pool, events.map(searchTextOfEvent), [search]);
    const subjects = [...(matched ?? [])].map((index) => events[index]?.subject);
    t.strictSame(new Set(subjects), new Set(found), 'streams');
  });
}

t.test('a claim in a language that was not there before is found at once, and as of before it is not', async (t) => {
  const before = String((await query.get('/v1/timeline?q=muurid')).at('/page/position'));
  await query.append([statement('nl', said('nl', 'De vluchtelingen wachtten bij de grenzen.'))]);
  t.equal((await query.get('/v1/timeline?q=vluchteling')).at('/items/0/subject'), 'nl');
  t.same((await query.get(`/v1/timeline?q=vluchteling&asOf=${before}`)).at('/items'), []);
  await query.append([correction('nl', statementData(said('nl', 'Iets anders.')))]);
  t.same((await query.get('/v1/timeline?q=vluchteling')).at('/items'), []);
  await query.append([retraction('nl')]);
  t.same((await query.get('/v1/timeline?q=vluchteling&state=all')).at('/items'), []);
});
