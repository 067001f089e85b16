/**
 * Valid events in bulk, for load and for laws over long logs: seeded (the same options give the same events),
 * about 800 bytes of JSON each, all kinds. Each may follow those before it in the order generated.
 */
import type { EventJson } from './arbitrary-events.ts';

export type GenerateOptions = {
  readonly count: number;
  readonly seed?: number;
  readonly source?: string;
  /** Shares of all events, 0–1, of what happens to claims; the rest begin new claims. Defaults: none. */
  readonly corrections?: number;
  readonly links?: number;
  readonly statusChanges?: number;
  readonly retractions?: number;
  /** Events of one subject are at least this many events apart: batches sent side by side stay valid. */
  readonly minDistance?: number;
};

type Random = () => number;
/** `at` is the place of the claim's last event so far. */
type Known = { readonly subject: string; at: number; readonly kind: Kind; readonly serial: number };
type Kind = 'border-crossing' | 'statement' | 'measure';

const countries = ['LT', 'LV', 'PL', 'EE'] as const;
const countryNames = { LT: 'Lithuania', LV: 'Latvia', PL: 'Poland', EE: 'Estonia' } as const;
const towns = [
  'Padvarionys',
  'Druskininkai',
  'Kapčiamiestis',
  'Silene',
  'Usnarz Górny',
  'Kuźnica',
  'Medininkai',
  'Narva',
];
const publishers = ['Daily of Vilnius', 'Baltic wire', 'Kurier', 'Border gazette', 'Northern radio', 'dpa', 'BNN'];
const people = ['A. Petraitis', 'L. Ozols', 'M. Kowalski', 'K. Tamm', 'S. Novik', 'R. Žukas'];
const outcomes = ['crossed', 'attempted', 'prevented', 'turned-back', 'present'] as const;
const measures = {
  crossed: 'crossings',
  attempted: 'attempts',
  prevented: 'attempts',
  'turned-back': 'turned-back',
  present: 'present',
};
const stances = ['condemns', 'supports', 'demands', 'denies', 'announces', 'threatens', 'describes'] as const;
const measureKinds = [
  'pushback',
  'deployment',
  'barrier',
  'closure',
  'legal',
  'diplomatic',
  'support',
  'order',
] as const;
const relations = ['same-incident', 'updates', 'responds-to', 'contradicts', 'quotes', 'part-of'] as const;
const words =
  'group of people tried to cross the border outside a crossing point officers of the service stopped them near the river in the forest during the night patrol asylum camp medical help police figures week before camera drone fence sector'.split(
    ' ',
  );

/** How many claims are kept to be corrected, linked and so on: memory stays flat over any count. */
const keptClaims = 5000;

export function* generateEvents(options: GenerateOptions): Generator<EventJson, void, undefined> {
  const { count, seed = 1, source = 'urn:ledgerline:desk:load', minDistance = 0 } = options;
  const random = mulberry32(seed);
  const known: Known[] = [];
  let serial = 0;
  for (let at = 0; at < count; at += 1) {
    const id = `e-${seed}-${at}`;
    const event = followUp(options, random, known, at, minDistance);
    if (event !== null) {
      yield { specversion: '1.0', id, source, ...event };
      continue;
    }
    const claim = { subject: `c-${seed}-${serial}`, at, kind: kindAt(random), serial };
    serial += 1;
    if (known.length < keptClaims) known.push(claim);
    else known[Math.floor(random() * keptClaims)] = claim;
    yield {
      specversion: '1.0',
      id,
      source,
      subject: claim.subject,
      type: typeOf(claim.kind),
      data: dataOf(claim, random),
    };
  }
}

type Following = { type: string; subject: string; data: Record<string, unknown> };

/** null where this event is to begin a claim, or no claim is old enough for another. */
function followUp(
  options: GenerateOptions,
  random: Random,
  known: Known[],
  at: number,
  minDistance: number,
): Following | null {
  const { corrections = 0, links = 0, statusChanges = 0, retractions = 0 } = options;
  const roll = random();
  if (roll >= corrections + links + statusChanges + retractions || known.length === 0) return null;
  const index = Math.floor(random() * known.length);
  const claim = known[index];
  if (claim === undefined || claim.at > at - minDistance) return null;
  if (roll < corrections) {
    claim.at = at;
    const data = { corrected: dataOf(claim, random), reason: 'new-information', note: sentence(random, 60) };
    return { type: 'claim.corrected.v1', subject: claim.subject, data };
  }
  if (roll < corrections + links) {
    const target = pick(random, known);
    if (target === claim) return null;
    claim.at = at;
    const data = { relation: pick(random, relations), target: target.subject };
    return { type: 'claims.linked.v1', subject: claim.subject, data };
  }
  if (roll < corrections + links + statusChanges) {
    const measure = measureAmong(random, known, at - minDistance);
    if (measure === null) return null;
    measure.at = at;
    const on = { edtf: dayAt(random), basis: 'stated' };
    const status = pick(random, ['in-force', 'suspended', 'resumed', 'ended']);
    const data = { status, on, reports: [reportAt(random)] };
    return { type: 'measure.status-changed.v1', subject: measure.subject, data };
  }
  known[index] = known.at(-1) ?? claim;
  known.pop();
  const data = { reason: 'recording-error', note: sentence(random, 60) };
  return { type: 'claim.retracted.v1', subject: claim.subject, data };
}

/** A fifth of the claims are measures: a few tries find one, or there is hardly any. */
function measureAmong(random: Random, known: readonly Known[], latest: number): Known | null {
  for (let tries = 0; tries < 20; tries += 1) {
    const claim = pick(random, known);
    if (claim.kind === 'measure' && claim.at <= latest) return claim;
  }
  return null;
}

function kindAt(random: Random): Kind {
  const roll = random();
  return roll < 0.6 ? 'border-crossing' : roll < 0.8 ? 'statement' : 'measure';
}

function typeOf(kind: Kind): string {
  if (kind === 'measure') return 'measure.adopted.v1';
  return kind === 'statement' ? 'statement.issued.v1' : 'border-crossing.reported.v1';
}

function dataOf({ kind, serial }: Known, random: Random): Record<string, unknown> {
  const country = pick(random, countries);
  const town = pick(random, towns);
  const day = dayAt(random);
  const common = {
    summary: sentence(random, 170),
    occurred: { edtf: day, basis: 'stated' },
    places: [{ name: town, role: 'area', countries: [country] }],
    reports: [reportAt(random)],
    tags: [pick(random, words), `serial ${serial % 1000}`],
  };
  const title = `${countryNames[country]}, ${town}: report ${serial}`;
  if (kind === 'statement') {
    const speaker = { name: pick(random, people), kind: 'person', role: 'speaker', country, office: 'minister' };
    return { title, ...common, actors: [speaker], content: sentence(random, 200), stance: pick(random, stances) };
  }
  if (kind === 'measure') {
    const adopter = { name: `Government of ${countryNames[country]}`, kind: 'state', role: 'adopter', country };
    const own = {
      measureKind: pick(random, measureKinds),
      status: 'adopted',
      effective: `${day}/..`,
      minimumDuration: 'P14D',
    };
    return { title, ...common, actors: [adopter], ...own, announcedOn: day };
  }
  const outcome = pick(random, outcomes);
  return { title, ...common, quantities: [quantityOf(random, outcome, country, day)], outcome };
}

function quantityOf(random: Random, outcome: (typeof outcomes)[number], country: string, day: string) {
  const value = Math.floor(random() * 300);
  const qualifier = pick(random, ['exact', 'about', 'almost', 'more-than', 'at-least', 'at-most', 'range'] as const);
  const stated = qualifier === 'range' ? { lower: value, upper: value + 20 } : { value };
  const accounting = outcome === 'present' ? 'stock' : 'increment';
  const unit = measures[outcome] === 'attempts' ? 'attempt' : 'person';
  const border = country < 'BY' ? `${country}-BY` : `BY-${country}`;
  return {
    text: `${qualifier} ${value}`,
    qualifier,
    ...stated,
    measure: measures[outcome],
    unit,
    accounting,
    period: day,
    border,
  };
}

function reportAt(random: Random): Record<string, unknown> {
  const publisher = pick(random, publishers);
  const slug = Math.floor(random() * 1e9).toString(36);
  const url = `https://news.example/${slug}`;
  return {
    publisher,
    title: sentence(random, 40),
    url,
    publishedOn: dayAt(random),
    language: 'en',
    attribution: [pick(random, people)],
  };
}

function sentence(random: Random, length: number): string {
  let text = pick(random, words);
  while (text.length < length) text += ` ${pick(random, words)}`;
  return text.slice(0, length).trimEnd();
}

function dayAt(random: Random): string {
  const day = 1 + Math.floor(random() * 28);
  const month = 1 + Math.floor(random() * 12);
  return `${2020 + Math.floor(random() * 4)}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

function pick<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}

/** A small seeded generator; its numbers are good enough to mix events, not to keep secrets. */
function mulberry32(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
