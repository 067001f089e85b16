/** Series, sources side by side and counts, worked out anew from the claims that stand. */
import type { Claim, Claims } from './recompute-claims.ts';
import { type Bounds, boundsOf, daysOf, seriesOf, sharedBy } from './recompute-figures.ts';

type Json = Record<string, unknown>;

type Figure = Bounds & {
  readonly claim: string;
  readonly publisher: string;
  readonly chain: string;
  readonly text: unknown;
  readonly qualifier: unknown;
  readonly accounting: unknown;
  readonly period: string;
  readonly quantity: Json;
};

type Standing = { readonly subject: string; readonly kind: string; readonly data: Json };

/** What each claim says that is not retracted. */
function standing({ claims }: Claims): Standing[] {
  return [...claims.values()].flatMap(({ subject, kind, versions }: Claim) => {
    const last = versions.at(-1);
    return last?.change === 'retracted' || !last?.data ? [] : [{ subject, kind, data: last.data }];
  });
}

function figuresBySeries(claims: Claims): Map<string, Figure[]> {
  const figures = standing(claims).flatMap(({ subject, data }) => {
    const [report] = data['reports'] as readonly { publisher: string }[];
    const publisher = report?.publisher ?? '';
    return ((data['quantities'] ?? []) as readonly Json[]).map((quantity): Figure => {
      const { text, qualifier, accounting, authority } = quantity;
      const period = String(quantity['period']);
      const chain = typeof authority === 'string' ? authority : publisher;
      return { claim: subject, publisher, chain, text, qualifier, accounting, period, quantity, ...boundsOf(quantity) };
    });
  });
  return Map.groupBy(figures, ({ quantity }) => seriesOf(quantity));
}

/** The items of /v1/statistics/series by key, without `latest`. */
export function recomputeSeries(claims: Claims): Map<string, Json> {
  return new Map(
    [...figuresBySeries(claims)].map(([key, figures]) => {
      const { measure, unit, border } = figures[0]?.quantity ?? {};
      const days = figures.map(({ period }) => period).toSorted();
      const item = { key, measure, unit, border, country: null, from: days[0], to: days.at(-1) };
      return [key, { ...item, claims: new Set(figures.map(({ claim }) => claim)).size }];
    }),
  );
}

/** The items of /v1/statistics/series/{key}/conflicts?verdict=all by period and accounting, for each series. */
export function recomputeConflicts(claims: Claims): Map<string, Map<string, Json>> {
  return new Map(
    [...figuresBySeries(claims)].map(([key, figures]) => {
      const periods = Map.groupBy(figures, ({ period, accounting }) => `${period} ${String(accounting)}`);
      return [key, new Map([...periods].map(([name, all]) => [name, sideBySide(all)]))];
    }),
  );
}

function sideBySide(figures: readonly Figure[]): Json {
  const shared = sharedBy(figures);
  const { period, accounting } = figures[0] as Figure;
  const chains = new Set(figures.map(({ chain }) => chain));
  const verdict = shared === null ? 'conflict' : chains.size > 1 ? 'agree' : 'single';
  const sources = figures.map(({ quantity: _quantity, accounting: _accounting, ...source }) => ({
    ...source,
    carried: false,
  }));
  return { period, accounting, verdict, agreement: shared && { ...shared, best: bestOf(shared, figures) }, sources };
}

/** An exact value that nobody rules out, else the `about` value of the narrowest interval, then the lowest. */
function bestOf(shared: Omit<Bounds, 'best'>, figures: readonly Figure[]): number | null {
  const { lower, upper, lowerInclusive, upperInclusive } = shared;
  const holds = (value: number) =>
    (value > lower || (value === lower && lowerInclusive)) &&
    (upper === null || value < upper || (value === upper && upperInclusive));
  const candidates = figures
    .flatMap(({ best, lower: from, upper: to }) =>
      best !== null && holds(best) ? [{ best, width: (to ?? 0) - from }] : [],
    )
    .toSorted((a, b) => a.width - b.width || a.best - b.best);
  return candidates[0]?.best ?? null;
}

export type Count = { claims: number; possible: number; incidents: number };

export const countedBy = ['kind', 'publisher', 'outcome', 'country', 'border', 'month', 'day'] as const;

/** The items of /v1/statistics/counts?by=… by value. */
export function recomputeCounts(
  claims: Claims,
  by: (typeof countedBy)[number],
  incidentOf: (subject: string) => string,
): Map<string, Count> {
  const counts = new Map<string, Count & { readonly of: Set<string> }>();
  for (const { subject, kind, data } of standing(claims)) {
    const values = valuesOf(by, kind, data);
    const isCertain = !(by === 'day' && values.size > 1);
    for (const value of values) {
      const count = counts.get(value) ?? { claims: 0, possible: 0, incidents: 0, of: new Set() };
      if (isCertain) {
        count.claims += 1;
        count.of.add(incidentOf(subject));
      } else count.possible += 1;
      counts.set(value, count);
    }
  }
  return new Map([...counts].map(([value, { of, ...count }]) => [value, { ...count, incidents: of.size }]));
}

function valuesOf(by: (typeof countedBy)[number], kind: string, data: Json): Set<string> {
  const places = data['places'] as readonly { role: string; countries: readonly string[] }[];
  const quantities = (data['quantities'] ?? []) as readonly { border: string }[];
  const { earliest, latest } = daysOf((data['occurred'] as { edtf: string }).edtf);
  switch (by) {
    case 'kind':
      return new Set([kind]);
    case 'publisher':
      return new Set((data['reports'] as readonly { publisher: string }[]).map(({ publisher }) => publisher));
    case 'outcome':
      return new Set(typeof data['outcome'] === 'string' ? [data['outcome']] : []);
    case 'country':
      return new Set([
        ...places.flatMap(({ countries }) => countries),
        ...quantities.flatMap(({ border }) => border.split('-')),
      ]);
    case 'border':
      return new Set([
        ...places.flatMap(({ role, countries }) => (role === 'border' ? [countries.join('-')] : [])),
        ...quantities.map(({ border }) => border),
      ]);
    case 'month':
      return new Set([earliest.slice(0, 7)]);
    case 'day': {
      const [first, last] = [Number(earliest.slice(8)), Number(latest.slice(8))];
      const day = (_: unknown, index: number) => earliest.slice(0, 8) + String(first + index).padStart(2, '0');
      return new Set(Array.from({ length: last - first + 1 }, day));
    }
    default:
      return by satisfies never;
  }
}
