/** Dates and figures as the documentation says they are read (docs/explanations/bounds-and-series.md). */
type Json = Record<string, unknown>;

export type Bounds = {
  readonly lower: number;
  readonly best: number | null;
  readonly upper: number | null;
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
};

/** `2021-08-24`, `2021-08`, or `2021-08-01/2021-08-20`: chance writes no other dates here. */
export function daysOf(edtf: string): { earliest: string; latest: string; precision: string } {
  const [from = '', to] = edtf.split('/');
  if (to !== undefined) return { earliest: from, latest: to, precision: 'interval' };
  if (from.length === 10) return { earliest: from, latest: from, precision: 'day' };
  const [year, month] = from.split('-').map(Number) as [number, number];
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return { earliest: `${from}-01`, latest: `${from}-${last}`, precision: 'month' };
}

export const seriesOf = ({ measure, unit, border }: Json): string =>
  `${String(measure)}:${String(unit)}:${String(border)}`;

const closed = (lower: number, best: number | null, upper: number): Bounds => ({
  lower,
  best,
  upper,
  lowerInclusive: true,
  upperInclusive: true,
});

/** The table of policy bounds-1. Tenths are taken in whole numbers, so that 1.1 × 100 is 110. */
export function boundsOf(quantity: Json): Bounds {
  const { qualifier, value, lower, upper } = quantity as Record<string, number>;
  const v = value as number;
  switch (qualifier as unknown as string) {
    case 'exact':
      return closed(v, v, v);
    case 'about':
      return closed((9 * v) / 10, v, (11 * v) / 10);
    case 'almost':
      return { lower: (9 * v) / 10, best: null, upper: v, lowerInclusive: true, upperInclusive: false };
    case 'more-than':
      return { lower: v, best: null, upper: null, lowerInclusive: false, upperInclusive: false };
    case 'at-least':
      return { lower: v, best: null, upper: null, lowerInclusive: true, upperInclusive: false };
    case 'at-most':
      return closed(0, null, v);
    case 'range':
      return closed(lower as number, null, upper as number);
    default:
      throw new Error(`no such qualifier: ${String(qualifier)}`);
  }
}

/** Whether all have a value in common, and the interval of it; null where they have none. */
export function sharedBy(all: readonly Bounds[]): Omit<Bounds, 'best'> | null {
  const lower = Math.max(...all.map((one) => one.lower));
  const upper = Math.min(...all.map((one) => one.upper ?? Number.POSITIVE_INFINITY));
  const lowerInclusive = all.every((one) => one.lower < lower || one.lowerInclusive);
  const upperInclusive =
    upper < Number.POSITIVE_INFINITY && all.every((one) => one.upper !== upper || one.upperInclusive);
  if (lower > upper || (lower === upper && !(lowerInclusive && upperInclusive))) return null;
  return { lower, upper: upper === Number.POSITIVE_INFINITY ? null : upper, lowerInclusive, upperInclusive };
}
