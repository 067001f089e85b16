import t from 'tap';
import { claimListSchema } from '../src/shapes/claim.ts';
import {
  correction,
  crossing,
  event,
  measure,
  quantity,
  retraction,
  statement,
  statementData,
} from './fixture/event-builders.ts';
import { createQueryApp } from './fixture/query-app.ts';

const place = (name: string, role: string, countries: string[]) => ({ name, role, countries });
const actor = (name: string, role: string) => ({ name, kind: 'person', role });

const query = await createQueryApp(t);
await query.append([
  crossing('crossing-lt', {
    title: 'Crossed into Lithuania',
    occurred: '2021-08-03',
    published: '2021-08-04',
    places: [place('Padvarionys', 'crossing', ['LT'])],
    quantities: [quantity({ border: 'BY-LT' })],
    tags: ['Night'],
  }),
  crossing('crossing-lv', {
    title: 'Turned back at the Latvian border',
    occurred: '2021-08-05',
    outcome: 'turned-back',
    quantities: [quantity({ border: 'BY-LV', measure: 'turned-back' })],
    publisher: 'Kurier, the',
  }),
  statement('statement', {
    title: 'An organised hybrid attack',
    summary: 'Migrants are used as a weapon.',
    occurred: '2021-08',
    stance: 'condemns',
    actors: [actor('Gitanas Nausėda', 'speaker')],
    content: 'No migration crisis: crossings are organised by Łukašenka.',
    places: [place('Lithuania', 'country', ['LT'])],
  }),
  measure('measure', {
    title: 'A fence is built',
    occurred: '2021-07/2021-09',
    published: '2021-10',
    measureKind: 'barrier',
    places: [place('BY–PL', 'border', ['PL', 'BY'])],
  }),
  measure('open', { title: 'Goes on and on', occurred: '2021-09-01/..', measureKind: 'legal' }),
  statement('withdrawn', { title: 'Withdrawn', occurred: '2021-08-10' }),
  retraction('withdrawn'),
  event('other-desk', 'statement.issued.v1', statementData({ title: 'By another desk', occurred: '2020-01-01' }), {
    source: 'https://desk.example/a,b',
  }),
  correction('other-desk', statementData({ title: 'By another desk, corrected', occurred: '2020-01-01' })),
]);

const all = ['other-desk', 'measure', 'statement', 'crossing-lt', 'crossing-lv', 'open'];

const table: [parameters: string, subjects: readonly string[]][] = [
  ['', all],
  ['kind=measure', ['measure', 'open']],
  ['kind=measure,statement', ['other-desk', 'measure', 'statement', 'open']],
  ['kind=!measure,statement', ['crossing-lt', 'crossing-lv']],
  ['type=statement.issued.v1', ['other-desk', 'statement']],
  ['country=LT', ['statement', 'crossing-lt']],
  ['country=lt&kind=!statement', ['crossing-lt']],
  ['country=PL,LV', ['measure', 'crossing-lv']],
  ['border=BY-LT', ['crossing-lt']],
  ['border=PL-BY', ['measure']],
  ['place=padvarionys', ['crossing-lt']],
  ['actor=gitanas%20nauseda', ['statement']],
  [`publisher=${encodeURIComponent(String.raw`kurier\, the`)}`, ['crossing-lv']],
  ['publisher=!Gazette', ['crossing-lv']],
  ['measureKind=legal', ['open']],
  ['outcome=turned-back', ['crossing-lv']],
  ['stance=condemns,denies', ['statement']],
  ['tag=night', ['crossing-lt']],
  ['subject=open,measure', ['measure', 'open']],
  ['source=urn:ledgerline:desk:test', all],
  [`source=!${encodeURIComponent(String.raw`https://desk.example/a\,b`)}`, all],
  ['hasFigure=true', ['crossing-lt', 'crossing-lv']],
  ['hasFigure=false&country=LT', ['statement']],
  ['state=retracted', ['withdrawn']],
  ['state=all&from=2021-08-10&to=2021-08-10', ['measure', 'statement', 'withdrawn']],
  ['from=2021-08-04', ['measure', 'statement', 'crossing-lv', 'open']],
  ['to=2021-08-04', ['other-desk', 'measure', 'statement', 'crossing-lt']],
  ['from=2021-08-04&to=2021-08-06&dateMatch=certain', ['crossing-lv']],
  ['from=2021-08&to=2021-08&dateMatch=certain', ['statement', 'crossing-lt', 'crossing-lv']],
  ['on=2021-08-03', ['measure', 'statement', 'crossing-lt']],
  ['on=2031-01-01', ['open']],
  ['on=2021-08-03&dateMatch=certain', ['crossing-lt']],
  ['publishedFrom=2021-10-01', ['measure']],
  ['publishedTo=2021-08-04', ['crossing-lt']],
  ['publishedFrom=2021-10-15&dateMatch=certain', []],
  ['order=-occurred', all.toReversed()],
  ['order=recorded', ['crossing-lt', 'crossing-lv', 'statement', 'measure', 'open', 'other-desk']],
  ['order=-recorded&limit=2', ['other-desk', 'open']],
  ['q=fence', ['measure']],
  ['q=migrant', ['statement']],
  ['q=crossing', ['statement', 'crossing-lt']],
  ['q=crossing%20-lithuania', ['statement']],
  ['q=%22hybrid%20attack%22', ['statement']],
  ['q=%22attack%20hybrid%22', []],
  ['q=lukasenka', ['statement']],
  ['q=crossi*', ['statement']],
  ['q=lithuan*', ['crossing-lt']],
  ['q=-crossi*&kind=statement', ['other-desk']],
  ['q=-the', all],
  ['q=-', all],
  ['q=%25_', []],
  ['q=(a%2B)%2B%24', []],
  [`q=${encodeURIComponent("' OR 1=1--")}`, []],
  ['q=crossing&order=-relevance', ['statement', 'crossing-lt']],
];

for (const [parameters, subjects] of table) {
  t.test(`?${decodeURIComponent(parameters)} gives ${subjects.join(', ') || 'nothing'}`, async (t) => {
    const answer = await query.get(`/v1/timeline?${parameters}`);
    t.equal(answer.status, 200, answer.text);
    const { items, page } = claimListSchema.parse(answer.json);
    const found = items.map(({ subject }) => subject);
    t.strictSame(
      parameters.includes('relevance') ? found.toSorted() : found,
      parameters.includes('relevance') ? [...subjects].toSorted() : subjects,
    );
    t.equal(page.position, answer.headers['ledgerline-position']);
    // The same as of the position it was read at: through the statement that compares positions.
    const pinned = await query.get(`/v1/timeline?${parameters}&asOf=${page.position}`);
    t.strictSame(claimListSchema.parse(pinned.json).items, items);
  });
}
