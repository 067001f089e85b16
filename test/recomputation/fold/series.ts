/** Figures by series, and what they say period by period (domain.md, statistics; details 12 to 17). */
import { type Claims, type KnownBy, standing } from './claims.ts';
import { isRange, readEdtf } from './days.ts';
import { type Interval, keyOf, type Quantity, quantitiesOf, worth } from './figures.ts';
import { around, common, endsOf, fromEnds, holds, isAbove, nothingKnown, plain } from './interval.ts';
import { byText } from './log.ts';

export type Figure = {
  readonly claim: string;
  readonly ordinal: number;
  readonly quantity: Quantity;
  readonly interval: Interval;
  readonly from: string | null;
  readonly to: string | null;
  /** The earliest reading of an inexact end. */
  readonly toEarliest: string | null;
  readonly chain: string;
  readonly publisher: string;
};

export type Statement = {
  readonly figure: Figure;
  readonly interval: Interval;
  readonly carried: boolean;
  readonly claims: readonly string[];
};

export type Entry = {
  readonly accounting: string;
  readonly period: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly statements: readonly Statement[];
  readonly flags: readonly string[];
};

export function figuresBySeries(all: Claims, knownBy: KnownBy | null): Map<string, Figure[]> {
  const found = new Map<string, Figure[]>();
  for (const [claim, folded] of all.claims) {
    const version = standing(folded, knownBy);
    if (version === null || version.change === 'retracted') continue;
    const [report] = version.data['reports'] as { publisher: string; attribution?: string[] }[];
    for (const [ordinal, quantity] of quantitiesOf(version.data).entries()) {
      const { earliest, latest, end } = readEdtf(quantity.period);
      const inexact = quantity.period.includes('/') && isRange(end) && end.earliest < end.latest;
      const figure: Figure = {
        claim,
        ordinal,
        quantity,
        interval: worth(quantity),
        from: earliest,
        to: latest,
        toEarliest: inexact ? end.earliest : latest,
        chain: quantity.authority ?? report?.attribution?.[0] ?? report?.publisher ?? '',
        publisher: report?.publisher ?? '',
      };
      const figures = found.get(keyOf(quantity)) ?? [];
      figures.push(figure);
      found.set(keyOf(quantity), figures);
    }
  }
  return found;
}

export const accountingOf = ({ quantity }: Figure) => quantity.accounting;

export function entriesOf(figures: readonly Figure[]): Entry[] {
  const isCount = (figure: Figure) => accountingOf(figure) === 'cumulative' && figure.to !== null;
  const others = Map.groupBy(
    figures.filter((figure) => !isCount(figure)),
    (figure) =>
      JSON.stringify([
        accountingOf(figure),
        figure.from,
        figure.to,
        figure.from === null || figure.to === null ? figure.quantity.period : '',
      ]),
  );
  const reported = [...others.values()].map((group): Entry => {
    const statements = group.map((figure) => ({
      figure,
      interval: figure.interval,
      carried: false,
      claims: [figure.claim],
    }));
    const [first] = group;
    return {
      accounting: first ? accountingOf(first) : '',
      period: shortest(group),
      from: first?.from ?? null,
      to: first?.to ?? null,
      statements,
      flags: [],
    };
  });
  const counts = countsOf(figures.filter(isCount)).flatMap(entriesOfCount);
  return [...reported, ...counts].toSorted(inOrder);
}

export function inOrder(a: Entry, b: Entry): number {
  const key = ({ to, from, accounting, period }: Entry) => [to ?? '~', from ?? '', accounting, period];
  const [one, other] = [key(a), key(b)];
  return one.reduce((order, part, index) => order || byText(part, other[index] ?? ''), 0);
}

export function shortest(figures: readonly Figure[]): string {
  return (
    figures.map(({ quantity }) => quantity.period).toSorted((a, b) => a.length - b.length || byText(a, b))[0] ?? ''
  );
}

export type Step = {
  readonly to: string;
  readonly earliest: string;
  readonly figures: readonly Figure[];
  readonly reset: boolean;
};
export type Count = { readonly from: string | null; readonly chains: readonly (readonly Step[])[] };

/** Counts by their start, each chain's as-ofs in order, falls marked. */
export function countsOf(figures: readonly Figure[]): Count[] {
  const startOf = ({ from, quantity, chain }: Figure) =>
    from ?? (quantity.period.startsWith('..') ? '..' : `unknown ${chain}`);
  return [...Map.groupBy(figures, startOf).values()].map((ofStart) => ({
    from: ofStart[0]?.from ?? null,
    chains: [...Map.groupBy(ofStart, ({ chain }) => chain).values()].map(stepsOf),
  }));
}

function stepsOf(figures: readonly Figure[]): Step[] {
  const groups = [...Map.groupBy(figures, ({ to, toEarliest }) => `${to} ${toEarliest}`).entries()].toSorted(
    ([a], [b]) => byText(a, b),
  );
  let floor = nothingKnown;
  return groups.map(([, group]) => {
    const said = around(group.map(({ interval }) => interval));
    const reset = isAbove(floor, said);
    const least = fromEnds({ low: endsOf(said).low, high: endsOf(nothingKnown).high });
    floor = reset ? least : (common([floor, least]) ?? least);
    const [first] = group;
    return { to: first?.to ?? '', earliest: first?.toEarliest ?? '', figures: group, reset };
  });
}

function entriesOfCount({ from, chains }: Count): Entry[] {
  const ends = Map.groupBy(chains.flat(), ({ to, earliest }) => `${to} ${earliest}`);
  return [...ends.values()].flatMap((same): Entry[] => {
    const [end] = same;
    if (end === undefined) return [];
    return [
      {
        accounting: 'cumulative',
        period: shortest(same.flatMap(({ figures }) => figures)),
        from,
        to: end.to,
        statements: chains.flatMap((steps) => saidOf(end, steps)),
        flags: same.some(({ reset }) => reset) ? ['reset'] : [],
      },
    ];
  });
}

/** What one chain says of an end: its own figures, else bounds carried from before and after. */
function saidOf(end: Step, steps: readonly Step[]): Statement[] {
  const own = steps.find(({ to, earliest }) => to === end.to && earliest === end.earliest);
  if (own !== undefined) {
    return own.figures.map((figure) => ({ figure, interval: figure.interval, carried: false, claims: [figure.claim] }));
  }
  const before = steps.findLastIndex(({ earliest }) => earliest <= end.to);
  const last = steps[before];
  const falls = last !== undefined && steps[before + 1]?.reset === true && end.to > last.to;
  const lowers = falls ? [] : (last?.figures ?? []);
  const from = steps.findIndex(({ to }) => to >= end.to);
  const next = steps[from];
  const cut = steps.findIndex(({ reset }, index) => index > from && reset);
  const later =
    next === undefined || (next.reset && next.earliest > end.earliest)
      ? []
      : steps.slice(from, cut < 0 ? undefined : cut);
  // The tightest upper bound; of two alike the earlier figure's.
  const [upper] = later
    .flatMap(({ figures }) => figures.toSorted(inOrderOfFigures))
    .filter(({ interval }) => interval.upper !== null)
    .map((figure, index) => ({ figure, index }))
    .toSorted(({ figure: a, index: i }, { figure: b, index: j }) => {
      const [one, other] = [a.interval, b.interval];
      return (
        (one.upper ?? 0) - (other.upper ?? 0) || Number(one.upperInclusive) - Number(other.upperInclusive) || i - j
      );
    });
  const carry = (figure: Figure, interval: Interval): Statement[] =>
    interval.upper === null && interval.lower === 0 && interval.lowerInclusive
      ? []
      : [{ figure, interval: { ...interval, best: null }, carried: true, claims: [figure.claim] }];
  const both = upper !== undefined && lowers.includes(upper.figure);
  const least = ({ interval }: Figure) => fromEnds({ low: endsOf(interval).low, high: endsOf(nothingKnown).high });
  const most = ({ interval }: Figure) => fromEnds({ low: endsOf(nothingKnown).low, high: endsOf(interval).high });
  return [
    ...lowers.flatMap((figure) => carry(figure, both && figure === upper.figure ? figure.interval : least(figure))),
    ...(upper === undefined || both ? [] : carry(upper.figure, most(upper.figure))),
  ];
}

export function inOrderOfFigures(a: Figure, b: Figure): number {
  return byText(a.publisher, b.publisher) || byText(a.claim, b.claim) || a.ordinal - b.ordinal;
}

export type Point = Interval & {
  readonly period: string;
  readonly accounting: string;
  readonly flags: readonly string[];
  readonly claims: readonly string[];
  readonly policy: string;
};

export function agreementOf(statements: readonly Statement[]): Interval | null {
  const shared = common(statements.map(({ interval }) => interval));
  if (shared === null) return null;
  const width = ({ lower, upper }: Interval) => (upper ?? Infinity) - (lower ?? -Infinity);
  const [best = null] = statements
    .map(({ interval }) => interval)
    .filter((interval) => interval.best !== null && holds(shared, interval.best))
    .toSorted((a, b) => width(a) - width(b) || (a.best ?? 0) - (b.best ?? 0));
  return { ...shared, best: best?.best ?? null };
}

export const unique = (texts: readonly string[]) => [...new Set(texts)].toSorted(byText);

export function pointOf({ accounting, period, from, statements, flags }: Entry): Point {
  const agreement = agreementOf(statements);
  return {
    period,
    accounting,
    ...(agreement ?? around(statements.map(({ interval }) => interval))),
    flags: unique(agreement === null ? [...flags, 'conflict'] : flags),
    claims: unique(statements.flatMap(({ claims }) => claims)),
    policy: 'bounds-1',
    ...(accounting === 'cumulative' ? { since: from } : {}),
  };
}

export function sourcesOf({ period, accounting, statements }: Entry) {
  const agreement = agreementOf(statements);
  const chains = new Set(statements.map(({ figure }) => figure.chain));
  return {
    period,
    accounting,
    verdict: agreement === null ? 'conflict' : chains.size > 1 ? 'agree' : 'single',
    agreement,
    sources: statements
      .map(({ figure, interval, carried }) => ({
        publisher: figure.publisher,
        claim: figure.claim,
        text: figure.quantity.text,
        ...plain(interval),
        qualifier: figure.quantity.qualifier,
        chain: figure.chain,
        period: figure.quantity.period,
        carried,
      }))
      .toSorted((a, b) => byText(JSON.stringify(a), JSON.stringify(b))),
  };
}

/** What a list of series says of one. */
export function seriesOf(key: string, figures: readonly Figure[]) {
  const order = (a: Figure, b: Figure) =>
    byText(b.to ?? '', a.to ?? '') || byText(a.from ?? '', b.from ?? '') || byText(accountingOf(a), accountingOf(b));
  const [last] = figures.toSorted(order);
  const ofLast = figures.filter(
    (figure) =>
      last !== undefined &&
      accountingOf(figure) === accountingOf(last) &&
      figure.from === last.from &&
      (accountingOf(figure) === 'cumulative' || figure.to === last.to),
  );
  const entry = entriesOf(ofLast).at(-1);
  const { measure = '', unit = '', border = null, country = null } = last?.quantity ?? {};
  const days = (ends: readonly (string | null)[]) => ends.filter((day) => day !== null).toSorted(byText);
  return {
    key,
    measure,
    unit,
    border,
    country,
    claims: new Set(figures.map(({ claim }) => claim)).size,
    from: days(figures.map(({ from }) => from))[0] ?? null,
    to: days(figures.map(({ to }) => to)).at(-1) ?? null,
    latest: entry === undefined ? null : pointOf(entry),
  };
}
