/** What the claims of a chaos run say: small, valid, of every kind, and with figures that other claims give as well. */
import type { Random } from './seeded-random.ts';

export type Kind = 'border-crossing' | 'statement' | 'measure';
export type Relation = { readonly type: string; readonly target: string };
export type Data = Record<string, unknown>;

export const kinds: readonly Kind[] = ['border-crossing', 'border-crossing', 'statement', 'measure'];
export const typeOfKind = {
  'border-crossing': 'border-crossing.reported.v1',
  statement: 'statement.issued.v1',
  measure: 'measure.adopted.v1',
} as const;

const publishers = ['Baltic wire', 'Kurier', 'Border gazette', 'Kapčiamiestis žinios', 'dpa'];
const places = [
  { name: 'Padvarionys', role: 'area', countries: ['LT'] },
  { name: 'Silene', role: 'crossing', countries: ['BY', 'LV'] },
  { name: 'Usnarz Górny', role: 'area', countries: ['PL'] },
  { name: 'BY–LT', role: 'border', countries: ['BY', 'LT'] },
];
const outcomes = {
  crossed: 'crossings',
  attempted: 'attempts',
  'turned-back': 'turned-back',
  present: 'present',
} as const;
const borders = ['BY-LT', 'BY-LV', 'BY-PL'];
const two = (value: number) => String(value).padStart(2, '0');

export function dayOf(random: Random): string {
  return `${random.between(2021, 2022)}-${two(random.between(1, 12))}-${two(random.between(1, 28))}`;
}

/** Mostly a day; now and then a month, or some days of one. */
export function dateOf(random: Random): string {
  const day = dayOf(random);
  if (random.chance(0.85)) return day;
  return random.chance(0.6) ? day.slice(0, 7) : `${day.slice(0, 8)}01/${day.slice(0, 8)}${two(random.between(2, 28))}`;
}

export function reportOf(random: Random): Data {
  const publishedOn = random.chance(0.9) ? dayOf(random) : dayOf(random).slice(0, 7);
  return { publisher: random.pick(publishers), publishedOn, url: `https://news.example/${random.between(1, 1e9)}` };
}

export function dataOf(kind: Kind, title: string, relations: readonly Relation[], random: Random): Data {
  const reports = Array.from({ length: random.between(1, 2) }, () => reportOf(random));
  const common = {
    title,
    occurred: { edtf: dateOf(random), basis: random.pick(['stated', 'inferred']) },
    places: random.chance(0.8) ? [random.pick(places)] : [],
    reports,
    ...(relations.length > 0 && { relations }),
    ...(random.chance(0.3) && { summary: `Žinia „${random.between(1, 1e6)}“ 😀 \\ "quoted"` }),
  };
  if (kind === 'statement') {
    const actors = [{ name: 'L. Ozols', kind: 'person', role: 'speaker', country: 'LV' }];
    return {
      ...common,
      actors,
      content: 'That is how it is.',
      stance: random.pick(['condemns', 'demands', 'describes']),
    };
  }
  if (kind === 'measure') {
    const actors = [{ name: 'Government of Lithuania', kind: 'state', role: 'adopter', country: 'LT' }];
    return { ...common, actors, measureKind: random.pick(['pushback', 'barrier', 'legal']), ...courseOf(random) };
  }
  const outcome = random.pick(Object.keys(outcomes) as (keyof typeof outcomes)[]);
  const quantities = Array.from({ length: random.between(1, 2) }, () => quantityOf(outcome, random));
  return { ...common, outcome, quantities };
}

/** When a measure was announced, begins and ends, as far as it is told. */
function courseOf(random: Random): Data {
  const day = dayOf(random);
  const effective = random.pick([`${day}/..`, `${day}/`, `${day}/${day.slice(0, 8)}28`, `${day.slice(0, 7)}/..`]);
  return {
    status: random.pick(['announced', 'adopted', 'adopted', 'in-force', 'suspended', 'ended']),
    ...(random.chance(0.3) && { announcedOn: dateOf(random) }),
    ...(random.chance(0.5) && { effective }),
    ...(random.chance(0.2) && { minimumDuration: random.pick(['P14D', 'P2W', 'P1M']) }),
  };
}

function quantityOf(outcome: keyof typeof outcomes, random: Random): Data {
  const value = random.between(0, 400);
  const qualifier = random.pick(['exact', 'exact', 'about', 'almost', 'more-than', 'at-least', 'at-most', 'range']);
  const stated = qualifier === 'range' ? { lower: value, upper: value + random.between(0, 50) } : { value };
  return {
    text: `${qualifier} ${value}`,
    qualifier,
    ...stated,
    measure: outcomes[outcome],
    unit: outcome === 'attempted' ? 'attempt' : 'person',
    ...countedOf(outcome, random),
    border: random.pick(borders),
    ...(random.chance(0.2) && { authority: 'Border service' }),
  };
}

/** Few days, so that several claims speak of one; counts go on from three beginnings, rise, and fall. */
function countedOf(outcome: keyof typeof outcomes, random: Random): Data {
  const day = `2021-${two(random.between(6, 9))}-${two(random.between(1, 28))}`;
  if (outcome === 'present') return { accounting: 'stock', period: day };
  if (random.chance(0.3)) {
    const since = random.pick(['2021-01-01', '2021-05', '..']);
    return { accounting: 'cumulative', period: `${since}/${random.chance(0.9) ? day : day.slice(0, 7)}` };
  }
  return { accounting: 'increment', period: random.chance(0.9) ? day : day.slice(0, 7) };
}
