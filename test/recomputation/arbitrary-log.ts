/**
 * Random logs in which things meet: few subjects, few sources, few periods and dates, so that claims are corrected,
 * linked in circles, contradicted, retracted; as ingest would take them, cut into batches.
 */
import { checkSubject, decodeEvent, evolveSubject, type SubjectState } from '@ledgerline/events';
import type { EventJson } from '@ledgerline/testkit';
import fc from 'fast-check';

type Json = Record<string, unknown>;

const some = <const T>(...values: readonly T[]) => fc.constantFrom(...values);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

const occurred = some(
  '2021-07-01',
  '2021-07-15',
  '2021-08-02~',
  '2021-08-24T05:30:00+03:00',
  '2021-08',
  '2021-07/2021-08',
  '2021-07-28/2021-08-03',
  '2021-08-XX?',
  '2021',
  '202X',
  '2021-07-10/..',
  '../2021-08-10',
  '2021-08-01/',
  '2021-08-20%',
);
const published = some(
  '2021-07-20',
  '2021-08-01',
  '2021-08-15',
  '2021-08',
  '2021-09-01~',
  '2021-09-15',
  '2021-09-20/..',
);
export const knownDays = ['2021-07-19', '2021-07-31', '2021-08-15', '2021-08-31', '2021-09-02', '2021-09-16'] as const;
const name = some('Alpha', 'Bėta', 'Gamma News');
const when = fc.record(
  { edtf: occurred, basis: some('stated', 'relative', 'inferred'), text: some('in summer', 'last week') },
  { requiredKeys: ['edtf', 'basis'] },
);
const report = fc.record(
  {
    publisher: name,
    publishedOn: published,
    title: some('A title'),
    attribution: some([], ['Office'], ['Office', 'dpa']),
  },
  { requiredKeys: ['publisher', 'publishedOn'] },
);
const reports = fc.array(report, { minLength: 1, maxLength: 2 });

const periods = {
  increment: some(
    '2021-07',
    '2021-07-01/2021-07-15',
    '2021-07-16/2021-07-31',
    '2021-07-10/2021-07-20',
    '2021-07-28/2021-08-03',
    '2021-08-01',
    '2021-08',
    '2021-08-05/..',
  ),
  cumulative: some(
    '2021-01-01/2021-07-31',
    '2021-01-01/2021-07-31',
    '2021-01-01/2021-08-10',
    '2021-01-01/2021-08-10~',
    '2021-01-01/2021-08',
    '2021-07/2021-08-24',
    '../2021-08-01',
    '/2021-08-05',
    '2021',
  ),
  stock: some('2021-07-05', '2021-07-20', '2021-08-01', '2021-07-30/2021-08-02', '2021-08-04/..'),
};
const value = some(0, 2, 81, 90, 100, 105, 120, 0.1, 0.3, 4100, 4200);
const stated = fc.oneof(
  fc.record({ qualifier: some('exact', 'about', 'almost', 'more-than', 'at-least', 'at-most'), value }),
  fc.tuple(value, value).map(([a, b]) => ({ qualifier: 'range', lower: Math.min(a, b), upper: Math.max(a, b) })),
);
const series = some(
  { measure: 'crossings', unit: 'person', border: 'BY-LT' },
  { measure: 'crossings', unit: 'person', border: 'BY-LT' },
  { measure: 'other:drones', unit: 'drone', country: 'LV' },
);
const quantity = fc
  .tuple(some('increment', 'cumulative', 'cumulative', 'stock'), series, stated, maybe(some('Office', 'Ministry')))
  .chain(([accounting, ofSeries, bounds, authority]) =>
    periods[accounting].map((period) => ({
      text: `${bounds.qualifier} so many`,
      accounting,
      period,
      ...ofSeries,
      ...bounds,
      ...(authority === undefined ? {} : { authority }),
    })),
  );

export const subjectNames = Array.from({ length: 12 }, (_, index) => `claim-${index}`);
const subject = some(...subjectNames);
const relationType = some(
  'same-incident',
  'same-incident',
  'same-incident',
  'replaces',
  'replaces',
  'responds-to',
  'updates',
);
const relation = fc.record({ type: relationType, target: subject });
const place = some(
  { name: 'Border', role: 'border', countries: ['BY', 'LT'] },
  { name: 'Vilnius', role: 'city', countries: ['LT'] },
  { name: 'Rīga', role: 'city', countries: ['LV'] },
);
const common = {
  title: some('One title', 'Another title', 'A title with ~ and /'),
  occurred: when,
  reports,
  summary: some('A summary.', 'Another summary.'),
  places: fc.uniqueArray(place, { maxLength: 2 }),
  relations: fc.uniqueArray(relation, { maxLength: 2, selector: ({ type, target }) => `${type} ${target}` }),
  tags: some([], ['flood'], ['flood', 'Fence']),
};
const requiredKeys = ['title', 'occurred', 'reports'] as const;
const quantities = fc.array(quantity, { minLength: 1, maxLength: 3 });
const interval = some(
  '2021-07-15/..',
  '2021-08-01~/',
  '2021-07-10/',
  '2021-07-20/2021-08-05',
  '2021-07/2021-08',
  '../2021-08-02',
  '/2021-07-30',
);
const dataOf: Readonly<Record<string, fc.Arbitrary<Json>>> = {
  'border-crossing.reported.v1': fc.record(
    { ...common, outcome: some('crossed', 'prevented'), quantities },
    { requiredKeys: [...requiredKeys, 'outcome', 'quantities'] },
  ),
  'statement.issued.v1': fc.record(
    {
      ...common,
      quantities,
      actors: some([{ name: 'She', kind: 'person', role: 'speaker' }]),
      content: some('Said.', 'Said so.'),
    },
    { requiredKeys: [...requiredKeys, 'actors', 'content'] },
  ),
  'measure.adopted.v1': fc.record(
    {
      ...common,
      actors: some([{ name: 'A state', kind: 'state', role: 'adopter' }]),
      measureKind: some('pushback', 'closure'),
      status: some('announced', 'adopted', 'in-force', 'suspended', 'ended'),
      announcedOn: some('2021-07-05', '2021-07', '2021-08-01?'),
      effective: interval,
      minimumDuration: some('P14D', 'P2W', 'P1M'),
    },
    { requiredKeys: [...requiredKeys, 'actors', 'measureKind', 'status'] },
  ),
};
const firstTypes = Object.keys(dataOf);

type Step = { readonly action: string; readonly subject: string; readonly type: string; readonly data: Json };

const first = some(...firstTypes).chain((type) =>
  (dataOf[type] ?? fc.constant({})).map((data) => ({ action: 'begin', type, data })),
);
const correctionExtras = fc.record(
  { reason: some('source-correction', 'transcription', 'new-information'), note: some('A note.'), reports },
  { requiredKeys: ['reason'] },
);
const statusChange = fc.record(
  {
    status: some('in-force', 'suspended', 'resumed', 'ended', 'replaced'),
    on: fc.record({
      edtf: some('2021-07-20', '2021-08-01', '2021-08', '2021-08-03~', '2021-07-15/..'),
      basis: some('stated'),
    }),
    reason: some('no wire'),
    reports,
  },
  { requiredKeys: ['status', 'on', 'reports'] },
);
const retraction = fc.record(
  { reason: some('source-retraction', 'recording-error', 'duplicate', 'unlawful'), note: some('Sorry.') },
  { requiredKeys: ['reason'] },
);
const linking = fc.record(
  { relation: relationType, target: subject, note: some('They say so.') },
  { requiredKeys: ['relation', 'target'] },
);
const change = fc.oneof(
  { weight: 6, arbitrary: first },
  {
    weight: 6,
    arbitrary: fc.tuple(first, correctionExtras).map(([{ data }, extras]) => ({
      action: 'change',
      type: 'claim.corrected.v1',
      data: { corrected: data, ...extras },
    })),
  },
  { weight: 4, arbitrary: statusChange.map((data) => ({ action: 'change', type: 'measure.status-changed.v1', data })) },
  { weight: 1, arbitrary: retraction.map((data) => ({ action: 'change', type: 'claim.retracted.v1', data })) },
  { weight: 4, arbitrary: linking.map((data) => ({ action: 'change', type: 'claims.linked.v1', data })) },
  { weight: 4, arbitrary: linking.map((data) => ({ action: 'change', type: 'claims.unlinked.v1', data })) },
);
const step: fc.Arbitrary<Step> = fc.tuple(subject, change).map(([about, made]) => ({ ...made, subject: about }));

/** @param length how many events are tried; about half of them may follow those before */
export function arbitraryLog(length: number): fc.Arbitrary<EventJson[][]> {
  const steps = fc.array(step, { minLength: length, maxLength: length });
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: length, maxLength: length });
  return fc.tuple(steps, sizes).map(([tried, cuts]) => cut(lawful(tried.map(toEvent)), cuts));
}

function toEvent({ subject: about, type, data }: Step, index: number): EventJson {
  const event = { specversion: '1.0', id: `e-${index}`, source: 'urn:ledgerline:desk:test', subject: about, type };
  const corrected = data['corrected'] as Json | undefined;
  const own =
    corrected === undefined ? withoutSelf(data, about) : { ...data, corrected: withoutSelf(corrected, about) };
  return { ...event, data: own };
}

/** No claim is related to itself. */
function withoutSelf(data: Json, about: string): Json {
  if (data['target'] === about) return { ...data, target: `${about}-later` };
  const relations = data['relations'] as { target: string }[] | undefined;
  return relations === undefined ? data : { ...data, relations: relations.filter(({ target }) => target !== about) };
}

/** Without what ingest would refuse, or not take for new, in this order. */
function lawful(events: readonly EventJson[]): EventJson[] {
  const states = new Map<string, SubjectState>();
  const stateOf = (about: string) => states.get(about);
  return events.filter((value) => {
    const decoded = decodeEvent(value);
    if (!decoded.ok) throw new Error(`not valid: ${JSON.stringify(decoded.errors)}`);
    if (checkSubject(decoded.event, stateOf) !== null) return false;
    states.set(value.subject, evolveSubject(stateOf(value.subject), decoded.event, stateOf));
    return true;
  });
}

function cut(events: readonly EventJson[], sizes: readonly number[]): EventJson[][] {
  const batches: EventJson[][] = [];
  for (let at = 0; at < events.length; ) {
    const size = sizes[batches.length] ?? 1;
    batches.push(events.slice(at, at + size));
    at += size;
  }
  return batches;
}
