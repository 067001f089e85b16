/** What figures are worth by `bounds-1`, as domain.md has it. */
import type { Json } from './log.ts';

export type Interval = {
  readonly lower: number | null;
  readonly best: number | null;
  readonly upper: number | null;
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
};

export type Quantity = {
  readonly text: string;
  readonly qualifier: string;
  readonly value?: number;
  readonly lower?: number;
  readonly upper?: number;
  readonly measure: string;
  readonly unit: string;
  readonly accounting: string;
  readonly period: string;
  readonly border?: string;
  readonly country?: string;
  readonly authority?: string;
};

export function quantitiesOf(data: Json): readonly Quantity[] {
  return (data['quantities'] as Quantity[] | undefined) ?? [];
}

export function keyOf({ measure, unit, border, country }: Quantity): string {
  return `${measure.replace(':', '.')}:${unit}:${border ?? country ?? '-'}`;
}

export function worth({ qualifier, value = 0, lower = 0, upper = 0 }: Quantity): Interval {
  const of = (low: number, best: number | null, high: number | null, [from, to]: [boolean, boolean]): Interval => ({
    lower: low,
    best,
    upper: high,
    lowerInclusive: from,
    upperInclusive: to,
  });
  const tenths = (times: number) => Number(((value * times) / 10).toPrecision(15));
  if (qualifier === 'exact') return of(value, value, value, [true, true]);
  if (qualifier === 'more-than') return of(value, null, null, [false, false]);
  if (qualifier === 'at-least') return of(value, null, null, [true, false]);
  if (qualifier === 'at-most') return of(0, null, value, [true, true]);
  if (qualifier === 'almost') return of(tenths(9), null, value, [true, value === 0]);
  if (qualifier === 'about') return of(tenths(9), value, tenths(11), [true, true]);
  if (qualifier === 'range') return of(lower, null, upper, [true, true]);
  throw new Error(`what is ${qualifier}?`);
}
