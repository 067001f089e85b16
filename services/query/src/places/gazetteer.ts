/**
 * Where the borders, crossings and cities concerned are, for maps: rounded to a hundredth of a degree, and no finer than
 * a map of a country needs. A border or country is one point near its middle. What a claim states itself comes first.
 */
import { foldText } from '@ledgerline/events';

export type GazetteerPlace = {
  readonly name: string;
  readonly role: 'border' | 'crossing' | 'city' | 'country';
  readonly countries: readonly string[];
  /** Longitude, latitude: WGS 84, as in GeoJSON. */
  readonly point: readonly [longitude: number, latitude: number];
  /** What the point stands for. */
  readonly precision: 'place' | 'border' | 'country';
  /** Other spellings. */
  readonly aliases: readonly string[];
};

type Row = readonly [name: string, countries: string, longitude: number, latitude: number, ...aliases: string[]];

const borders: readonly Row[] = [
  ['Border of Belarus and Lithuania', 'BY-LT', 25.7, 54.5],
  ['Border of Belarus and Latvia', 'BY-LV', 27.6, 55.83],
  ['Border of Belarus and Poland', 'BY-PL', 23.85, 52.7],
  ['Border of Lithuania and Poland', 'LT-PL', 23.1, 54.3],
  ['Border of Lithuania and Latvia', 'LT-LV', 24.4, 56.3],
];

const crossings: readonly Row[] = [
  ['Kuznica', 'BY-PL', 23.65, 53.51, 'Kuźnica', 'Kuźnica Białostocka', 'Bruzgi'],
  ['Medininkai', 'BY-LT', 25.65, 54.54, 'Kamenny Log'],
  ['Terespol', 'BY-PL', 23.62, 52.07, 'Brest'],
];

const cities: readonly Row[] = [
  ['Vilnius', 'LT', 25.28, 54.69],
  ['Minsk', 'BY', 27.57, 53.9],
  ['Riga', 'LV', 24.11, 56.95, 'Rīga'],
  ['Warsaw', 'PL', 21.01, 52.23, 'Warszawa'],
  ['Brussels', 'BE', 4.35, 50.85, 'Bruxelles', 'Brussel'],
  ['Washington', 'US', -77.04, 38.9],
];

const countries: readonly Row[] = [
  ['Belarus', 'BY', 28, 53.5],
  ['Lithuania', 'LT', 23.9, 55.3],
  ['Latvia', 'LV', 24.9, 56.9],
  ['Poland', 'PL', 19.4, 52.1],
  ['Estonia', 'EE', 25.5, 58.7],
];

const toPlaces = (role: GazetteerPlace['role'], rows: readonly Row[]): GazetteerPlace[] =>
  rows.map(([name, pair, longitude, latitude, ...aliases]) => ({
    name,
    role,
    countries: pair.split('-'),
    point: [longitude, latitude],
    precision: role === 'border' || role === 'country' ? role : 'place',
    aliases,
  }));

export const gazetteer: readonly GazetteerPlace[] = [
  ...toPlaces('border', borders),
  ...toPlaces('crossing', crossings),
  ...toPlaces('city', cities),
  ...toPlaces('country', countries),
];

const byName = new Map(
  gazetteer.flatMap((place) =>
    [place.name, ...place.aliases].map((name) => [`${roleOf(place.role)} ${foldText(name)}`, place]),
  ),
);
const byPair = new Map(gazetteer.filter(isBorder).map((place) => [place.countries.join('-'), place]));
const byCountry = new Map(
  gazetteer.filter(({ role }) => role === 'country').map((place) => [place.countries[0], place]),
);

type Place = { readonly name: string; readonly role: string; readonly countries: readonly string[] };

/** null where it is not known; a border or a country is found by its countries, whatever it is called. */
export function placeOf({ name, role, countries: pair }: Place): GazetteerPlace | null {
  const named = byName.get(`${roleOf(role)} ${foldText(name)}`);
  // A name alone is not enough: there is a Brest in France.
  if (named && named.countries.some((country) => pair.includes(country))) return named;
  if (pair.length === 2) return byPair.get(pair.toSorted().join('-')) ?? null;
  if (role === 'country' && pair.length === 1) return byCountry.get(pair[0]) ?? null;
  return null;
}

function isBorder({ role }: GazetteerPlace): boolean {
  return role === 'border';
}

/** A city and a crossing of one name are one place. */
function roleOf(role: string): string {
  return role === 'crossing' || role === 'city' || role === 'area' ? 'place' : role;
}
