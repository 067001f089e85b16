/**
 * fast-check arbitraries of what clients may send: any valid event as JSON, and histories, whole logs in which
 * each event may follow those before it. parseEvent accepts every event; the subject rule every history in order.
 */
import { codelists, type Kind } from '@ledgerline/events';
import * as fc from 'fast-check';

export type EventJson = Record<string, unknown> & { subject: string; source: string; id: string; type: string };

type Json = Record<string, unknown>;

const letters = [
  ...Array.from('abcdefghijklmnoprstuvz ABKLMNPV0123456789-.,:;()\'"\\/<>&=+%_'),
  'š',
  'ė',
  'ł',
  'Ø',
  'đ',
  'ß',
  'ж',
  'ع',
  '語',
  '😀',
  '👩‍✈️',
];
const text = (maxLength: number, minLength = 1) =>
  fc.string({ unit: fc.constantFrom(...letters), minLength, maxLength: Math.min(maxLength, 40) });
const lines = (maxLength: number) => fc.array(text(maxLength), { maxLength: 3 }).map((parts) => parts.join('\n\t'));
const code = (name: keyof typeof codelists) => fc.constantFrom(...Object.keys(codelists[name]));
const identifier = fc.stringMatching(/^[a-z0-9][A-Za-z0-9._:~-]{0,30}$/);

const year = fc.integer({ min: 2018, max: 2026 });
const two = (value: number) => String(value).padStart(2, '0');
const month = fc.tuple(year, fc.integer({ min: 1, max: 12 })).map(([y, m]) => `${y}-${two(m)}`);
const day = fc.tuple(month, fc.integer({ min: 1, max: 28 })).map(([m, d]) => `${m}-${two(d)}`);
const qualifier = fc.constantFrom('', '', '', '~', '?', '%');
const endOfInterval = fc.tuple(fc.oneof(year.map(String), month, day), qualifier).map((parts) => parts.join(''));
const inOrder = (arbitrary: fc.Arbitrary<string>) =>
  fc.tuple(arbitrary, arbitrary).map(([a, b]) => (a < b ? `${a}/${b}` : `${b}/${a}`));
const closedPeriod = fc.oneof(day, month, year.map(String), inOrder(day), inOrder(month));
export const arbitraryInterval = fc.oneof(
  inOrder(day),
  inOrder(month),
  endOfInterval.map((end) => `${end}/..`),
  endOfInterval.map((end) => `../${end}`),
  endOfInterval.map((end) => `${end}/`),
  endOfInterval.map((end) => `/${end}`),
);
const unspecified = fc.oneof(
  month.map((m) => `${m}-XX`),
  year.map((y) => `${y}-XX`),
  year.map((y) => `${y}-XX-XX`),
  fc.constantFrom('202X', '201X', '20XX'),
);
const dateTime = fc
  .tuple(day, fc.integer({ min: 0, max: 23 }), fc.constantFrom('', 'Z', '+03:00', '-05'))
  .map(([d, hour, offset]) => `${d}T${two(hour)}:30:00${offset}`);
const qualified = fc
  .tuple(fc.oneof(year.map(String), month, day, unspecified), qualifier)
  .map((parts) => parts.join(''));
/** Any date of the levels taken. */
export const arbitraryEdtf = fc.oneof(day, qualified, arbitraryInterval, dateTime);

const countries = ['BY', 'EE', 'LT', 'LV', 'PL', 'RU'] as const;
const country = fc.constantFrom(...countries);
const border = fc.subarray([...countries], { minLength: 2, maxLength: 2 }).map((pair) => pair.join('-'));

/** A record with the required fields and any of the optional ones. */
function record(required: Record<string, fc.Arbitrary<unknown>>, optional: Record<string, fc.Arbitrary<unknown>>) {
  return fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required) }) as fc.Arbitrary<Json>;
}

const when = record({ edtf: arbitraryEdtf, basis: code('whenBasis') }, { text: text(300) });
const place = record(
  {
    name: text(200),
    role: code('placeRole'),
    countries: fc.subarray([...countries], { minLength: 1, maxLength: 4 }),
  },
  { point: fc.tuple(fc.integer({ min: -180, max: 180 }), fc.integer({ min: -90, max: 90 })) },
);
const actor = record(
  { name: text(200), kind: code('actorKind'), role: code('actorRole') },
  { country, office: text(200), onBehalfOf: text(200) },
);
const report = record(
  { publisher: text(200), publishedOn: fc.oneof(day, arbitraryEdtf) },
  {
    title: text(200),
    url: fc.webUrl(),
    language: fc.constantFrom('lt', 'en-GB', 'be-tarask'),
    excerpt: lines(300),
    attribution: fc.array(text(200), { maxLength: 3 }),
  },
);

const amount = fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.double({ min: 0, max: 1e6, noNaN: true }));
const stated = fc.oneof(
  fc.record({ qualifier: code('qualifier').filter((one) => one !== 'range'), value: amount }),
  fc.tuple(amount, amount).map(([a, b]) => ({ qualifier: 'range', lower: Math.min(a, b), upper: Math.max(a, b) })),
);
const measureOfQuantity = fc.oneof(code('measure'), fc.constantFrom('other:drones', 'other:balloon-flights'));
const quantity = fc
  .tuple(
    record(
      {
        text: text(100),
        measure: measureOfQuantity,
        unit: fc.constantFrom('person', 'attempt', 'km'),
        accounting: code('accounting'),
        period: closedPeriod,
      },
      { border, country, authority: text(200) },
    ),
    stated,
  )
  .map(([base, bounds]) => ({ ...base, ...bounds }));

const relation = fc.record({ type: code('relation'), target: identifier.map((id) => `t-${id}`) });
const common = {
  required: { title: text(200), occurred: when, reports: fc.array(report, { minLength: 1, maxLength: 3 }) },
  optional: {
    summary: lines(2000),
    places: fc.array(place, { maxLength: 3 }),
    quantities: fc.array(quantity, { maxLength: 3 }),
    relations: fc.array(relation, { maxLength: 2 }),
    tags: fc.array(text(50), { maxLength: 3 }),
  },
};
const { quantities: _required, ...optionalOfCrossing } = common.optional;
const actorsWith = (role: string) =>
  fc.tuple(actor, fc.array(actor, { maxLength: 2 })).map(([one, rest]) => [...rest, { ...one, role }]);

const dataOfKind: Record<Kind, fc.Arbitrary<Json>> = {
  'border-crossing': record(
    { ...common.required, outcome: code('outcome'), quantities: fc.array(quantity, { minLength: 1, maxLength: 3 }) },
    { ...optionalOfCrossing, actors: fc.array(actor, { maxLength: 3 }) },
  ),
  statement: record(
    { ...common.required, actors: actorsWith('speaker'), content: text(4000) },
    { ...common.optional, medium: text(200), stance: code('stance'), quote: lines(300) },
  ),
  measure: record(
    {
      ...common.required,
      actors: actorsWith('adopter'),
      measureKind: code('measureKind'),
      status: code('measureStatus'),
    },
    {
      ...common.optional,
      announcedOn: arbitraryEdtf,
      effective: arbitraryInterval,
      minimumDuration: fc.constantFrom('P14D', 'P2W', 'P1Y2M', 'PT36H'),
    },
  ),
};
/** The `data` of a claim of the kind, as a client may send it: optional fields and lists there or not. */
export function arbitraryClaimData(kind: Kind): fc.Arbitrary<Json> {
  return dataOfKind[kind];
}

const firstType: Record<Kind, string> = {
  'border-crossing': 'border-crossing.reported.v1',
  statement: 'statement.issued.v1',
  measure: 'measure.adopted.v1',
};
const kind = fc.constantFrom<Kind>('border-crossing', 'statement', 'measure');
const claim = kind.chain((one) => dataOfKind[one].map((data) => ({ kind: one, type: firstType[one], data })));

const statusChange = record(
  { status: code('changedStatus'), on: when, reports: fc.array(report, { minLength: 1, maxLength: 2 }) },
  { reason: text(200) },
);
const retraction = record({ reason: code('retractionReason') }, { note: lines(2000) });
const correctionExtras = record(
  { reason: code('correctionReason') },
  { note: lines(2000), reports: fc.array(report, { minLength: 1, maxLength: 2 }) },
);
const link = record({ relation: code('relation'), target: identifier.map((id) => `t-${id}`) }, { note: lines(2000) });

const typed: fc.Arbitrary<{ type: string; data: Json }> = fc.oneof(
  claim.map(({ type, data }) => ({ type, data })),
  fc
    .tuple(claim, correctionExtras)
    .map(([{ data }, extras]) => ({ type: 'claim.corrected.v1', data: { corrected: data, ...extras } })),
  statusChange.map((data) => ({ type: 'measure.status-changed.v1', data })),
  retraction.map((data) => ({ type: 'claim.retracted.v1', data })),
  fc.tuple(fc.constantFrom('claims.linked.v1', 'claims.unlinked.v1'), link).map(([type, data]) => ({ type, data })),
);

const envelope = record(
  {
    id: identifier,
    source: fc.constantFrom('urn:ledgerline:desk:test', 'https://desk.example/a%20b', 'tag:desk.example,2021:notes'),
    subject: identifier.map((id) => `s-${id}`),
  },
  {
    time: fc.constantFrom('2021-08-25T10:15:00Z', '2999-12-31t23:59:59.123456+03:00'),
    datacontenttype: fc.constant('application/json'),
    traceparent: fc.constant('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'),
  },
);

/** Any one valid event, of any type. It need not be able to follow another. */
export const arbitraryEvent: fc.Arbitrary<EventJson> = fc
  .tuple(envelope, typed)
  .map(([attributes, { type, data }]) => ({ specversion: '1.0', ...attributes, type, data }) as unknown as EventJson);

type Step = { pick: number; other: number; claim: { kind: Kind; type: string; data: Json }; action: string } & Record<
  'statusChange' | 'retraction' | 'correctionExtras' | 'link',
  Json
>;
const action = fc.constantFrom(
  'report',
  'report',
  'report',
  'correct',
  'correct',
  'link',
  'unlink',
  'change',
  'retract',
);
const step = fc.record({
  pick: fc.nat(),
  other: fc.nat(),
  claim,
  action,
  statusChange,
  retraction,
  correctionExtras,
  link,
}) as fc.Arbitrary<Step>;

/** Histories of up to `maxLength` events, one source, ids in order: valid one by one and in this order. */
export function arbitraryHistory(maxLength = 30): fc.Arbitrary<EventJson[]> {
  return fc.array(step, { minLength: 1, maxLength }).map(toHistory);
}

function toHistory(steps: readonly Step[]): EventJson[] {
  const events: EventJson[] = [];
  const claims: { subject: string; kind: Kind; retracted: boolean; links: Map<string, Json> }[] = [];
  const push = (subject: string, type: string, data: Json) => {
    const id = `e-${events.length}`;
    events.push({ specversion: '1.0', id, source: 'urn:ledgerline:desk:history', subject, type, data });
  };
  for (const { pick, other, action: wanted, ...parts } of steps) {
    const open = claims.filter((one) => !one.retracted);
    const known = open[pick % Math.max(open.length, 1)];
    const target = claims[other % Math.max(claims.length, 1)];
    const linkedBy = String(parts.link['relation']);
    const ownData = { ...parts.claim.data, relations: [] };
    if (wanted === 'correct' && known?.kind === parts.claim.kind) {
      push(known.subject, 'claim.corrected.v1', { corrected: ownData, ...parts.correctionExtras });
    } else if (wanted === 'retract' && known !== undefined) {
      known.retracted = true;
      push(known.subject, 'claim.retracted.v1', parts.retraction);
    } else if (wanted === 'change' && known?.kind === 'measure') {
      push(known.subject, 'measure.status-changed.v1', parts.statusChange);
    } else if (
      wanted === 'link' &&
      known !== undefined &&
      target !== undefined &&
      known !== target &&
      linkedBy !== 'replaces'
    ) {
      const data = { ...parts.link, target: target.subject };
      known.links.set(`${linkedBy} ${target.subject}`, data);
      push(known.subject, 'claims.linked.v1', data);
    } else if (wanted === 'unlink' && known !== undefined && known.links.size > 0) {
      const [key, data] = [...known.links.entries()][other % known.links.size] as [string, Json];
      known.links.delete(key);
      push(known.subject, 'claims.unlinked.v1', data);
    } else {
      const subject = `claim-${claims.length}`;
      claims.push({ subject, kind: parts.claim.kind, retracted: false, links: new Map() });
      push(subject, parts.claim.type, ownData);
    }
  }
  return events;
}
