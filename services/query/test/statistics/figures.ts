/**
 * Figures for tests, made from quantities as an event states them, by the same functions as the projector's.
 */
import { boundsOf, chainOf, parseEdtf, type Quantity, seriesKeyOf } from '@ledgerline/events';
import type { Figure } from '../../src/statistics/figure.ts';

export type Told = Partial<Quantity> & {
  readonly claim: string;
  readonly period: string;
  readonly publisher?: string;
  readonly ordinal?: number;
};

/** Crossings of persons from Belarus to Lithuania, exact, unless it says otherwise. */
export function figure({ claim, publisher = `paper of ${claim}`, ordinal = 0, ...told }: Told): Figure {
  const quantity: Quantity = {
    text: String(told.value),
    qualifier: 'exact',
    measure: 'crossings',
    unit: 'person',
    accounting: 'increment',
    ...('border' in told || 'country' in told ? {} : { border: 'BY-LT' }),
    ...told,
  };
  const period = parseEdtf(quantity.period);
  if (period === null) throw new Error(`no EDTF: ${quantity.period}`);
  const interval = quantity.period.includes('/');
  const end = interval ? period.end : null;
  return {
    claim,
    ordinal,
    series: seriesKeyOf(quantity),
    measure: quantity.measure,
    unit: quantity.unit,
    border: quantity.border ?? null,
    country: quantity.country ?? null,
    accounting: quantity.accounting,
    period: quantity.period,
    periodFrom: period.earliest,
    periodTo: period.latest,
    periodToEarliest: end !== null && end.earliest !== end.latest ? end.earliest : null,
    chain: chainOf(quantity, [{ publisher }]),
    publisher,
    text: quantity.text,
    qualifier: quantity.qualifier,
    policy: 'bounds-1',
    ...boundsOf(quantity),
  };
}

export const cumulative = (told: Told) => figure({ accounting: 'cumulative', ...told });
export const stock = (told: Told) => figure({ accounting: 'stock', ...told });

/** The bounds of anything wider, for `t.match`-free comparison. */
export function bounds({
  lower,
  best,
  upper,
  lowerInclusive,
  upperInclusive,
}: Pick<Figure, 'best' | 'upper' | 'lowerInclusive' | 'upperInclusive' | 'lower'>) {
  return `${lowerInclusive ? '[' : '('}${lower ?? '-∞'}, ${upper ?? '∞'}${upperInclusive ? ']' : ')'}${best === null ? '' : ` best ${best}`}`;
}

/** What the articles of facts.md say of crossings from Belarus to Lithuania. */
export const crossings = {
  a1: cumulative({ claim: 'a1', value: 4200, qualifier: 'almost', period: '2021-01-01/2021-08-25' }),
  a1Baseline: figure({ claim: 'a1', ordinal: 1, value: 81, period: '2020' }),
  a3: figure({ claim: 'a3', value: 2000, qualifier: 'more-than', period: '2021-07' }),
  a5: cumulative({ claim: 'a5', value: 4100, qualifier: 'more-than', period: '2021-01-01/2021-08-20~' }),
};
