/**
 * The one table of filters: the same on every path that takes them. `claims` are the subjects that match, retracted
 * ones included; `events` those of the raw events that match by their own data, where that is something else.
 */
import {
  correction,
  crossing,
  event,
  measure,
  quantity,
  retraction,
  statement,
  statementData,
} from '../fixture/event-builders.ts';

const place = (name: string, role: string, countries: string[]) => ({ name, role, countries });
const actor = (name: string, role: string) => ({ name, kind: 'person', role });

export const filteredEvents = [
  crossing('crossing-lt', {
    title: 'Crossed into Lithuania',
    occurred: '2021-08-03',
    published: '2021-08-04',
    places: [place('Padvarionys', 'crossing', ['LT'])],
    quantities: [quantity({ border: 'BY-LT' })],
    tags: ['Night', '!odd,one\\'],
    summary: 'Seen by Šimonytė; Janša, smørrebrød, Đakovo.',
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
];

export const everySubject = ['crossing-lt', 'crossing-lv', 'statement', 'measure', 'open', 'withdrawn', 'other-desk'];
const without = (...subjects: string[]) => everySubject.filter((subject) => !subjects.includes(subject));

export type FilterRow = {
  readonly query: string;
  readonly claims: readonly string[];
  readonly events?: readonly string[];
};

const row = (query: string, claims: readonly string[], events?: readonly string[]): FilterRow => ({
  query,
  claims,
  ...(events && { events }),
});
const written = (name: string, value: string) => `${name}=${encodeURIComponent(value)}`;

export const filterTable: readonly FilterRow[] = [
  row('', everySubject),
  row('kind=measure', ['measure', 'open']),
  row('kind=measure,statement', ['other-desk', 'measure', 'statement', 'open', 'withdrawn']),
  // A retraction has no kind of its own.
  row('kind=!measure,statement', ['crossing-lt', 'crossing-lv'], ['crossing-lt', 'crossing-lv', 'withdrawn']),
  row('type=statement.issued.v1', ['other-desk', 'statement', 'withdrawn']),
  row(
    'type=!statement.issued.v1,measure.adopted.v1',
    ['crossing-lt', 'crossing-lv'],
    ['crossing-lt', 'crossing-lv', 'withdrawn', 'other-desk'],
  ),
  row('country=LT', ['statement', 'crossing-lt']),
  row('country=lt&kind=!statement', ['crossing-lt']),
  row('country=PL,LV', ['measure', 'crossing-lv']),
  row('country=!PL,LV,LT', ['open', 'withdrawn', 'other-desk']),
  row('border=BY-LT', ['crossing-lt']),
  row('border=PL-BY', ['measure']),
  row('place=padvarionys', ['crossing-lt']),
  row(written('place', 'by–pl'), ['measure']),
  row('actor=gitanas%20nauseda', ['statement']),
  row(written('actor', 'GITANAS NAUSĖDA'), ['statement']),
  row(written('publisher', String.raw`kurier\, the`), ['crossing-lv']),
  row('publisher=!Gazette', ['crossing-lv'], ['crossing-lv', 'withdrawn']),
  row('measureKind=legal', ['open']),
  row('measureKind=legal,barrier', ['open', 'measure']),
  row('outcome=turned-back', ['crossing-lv']),
  row('stance=condemns,denies', ['statement']),
  row('tag=night', ['crossing-lt']),
  row(written('tag', String.raw`\!odd\,one\\`), ['crossing-lt']),
  row('tag=!night', without('crossing-lt')),
  row('subject=open,measure', ['measure', 'open']),
  row('subject=!open,measure', without('open', 'measure')),
  row('source=urn:ledgerline:desk:test', everySubject),
  row(written('source', String.raw`https://desk.example/a\,b`), [], ['other-desk']),
  row(written('source', String.raw`!https://desk.example/a\,b`), everySubject),
  row('hasFigure=true', ['crossing-lt', 'crossing-lv']),
  row('hasFigure=false&country=LT', ['statement']),
  row('from=2021-08-04', ['measure', 'statement', 'crossing-lv', 'open', 'withdrawn']),
  row('to=2021-08-04', ['other-desk', 'measure', 'statement', 'crossing-lt']),
  row('from=2021-08-10&to=2021-08-10', ['measure', 'statement', 'withdrawn']),
  row('from=2021-08-04&to=2021-08-06&dateMatch=certain', ['crossing-lv']),
  row('from=2021-08&to=2021-08&dateMatch=certain', ['statement', 'crossing-lt', 'crossing-lv', 'withdrawn']),
  row('from=2021-09&dateMatch=certain', ['open']),
  row('on=2021-08-03', ['measure', 'statement', 'crossing-lt']),
  row('on=2031-01-01', ['open']),
  row('on=2021-08-03&dateMatch=certain', ['crossing-lt']),
  row('publishedFrom=2021-10-01', ['measure']),
  row('publishedTo=2021-08-04', ['crossing-lt']),
  row('publishedFrom=2021-10-15', ['measure']),
  row('publishedFrom=2021-10-15&dateMatch=certain', []),
  row('q=fence', ['measure']),
  row('q=migrant', ['statement']),
  row('q=crossing', ['statement', 'crossing-lt']),
  row('q=crossing%20-lithuania', ['statement']),
  row('q=%22hybrid%20attack%22', ['statement']),
  row('q=%22attack%20hybrid%22', []),
  row('q=-%22hybrid%20attack%22', without('statement')),
  row('q=lukasenka', ['statement']),
  row(written('q', 'Łukašenka'), ['statement']),
  row('q=simonyte', ['crossing-lt']),
  row(written('q', 'ŠIMONYTĖ'), ['crossing-lt']),
  row('q=jansa', ['crossing-lt']),
  row(written('q', '"Janša smorrebrod"'), ['crossing-lt']),
  row(written('q', 'smørrebrød dakovo'), ['crossing-lt']),
  row('q=crossi*', ['statement']),
  row('q=lithuan*', ['crossing-lt']),
  row(written('q', 'šimo*'), ['crossing-lt']),
  row('q=-crossi*&kind=statement', ['other-desk', 'withdrawn']),
  row('q=-the', everySubject),
  row('q=-', everySubject),
  row('q=%20*%20%22%22', everySubject),
  row('q=%25_', []),
  row('q=(a%2B)%2B%24', []),
  row(written('q', "' OR 1=1--"), []),
  row(written('q', "':* & !"), []),
];
