/** Rows of statistics.figures: what each stated figure is worth by the named policy, and which series it is of. */
import { type BoundsPolicy, boundsOf, chainOf, parseEdtf, seriesKeyOf } from '@ledgerline/events';
import type { ClaimVersion, Columns } from '@ledgerline/projection';

const policy: BoundsPolicy = 'bounds-1';

export type FigureRow = {
  readonly subject: string;
  readonly version: number;
  readonly ordinal: number;
  readonly series: string;
  readonly measure: string;
  readonly unit: string;
  readonly border: string | null;
  readonly country: string | null;
  readonly accounting: string;
  readonly period: string;
  readonly period_from: string | null;
  readonly period_to: string | null;
  readonly period_to_earliest: string | null;
  readonly chain: string;
  readonly publisher: string;
  readonly text: string;
  readonly qualifier: string;
  readonly lower: number;
  readonly best: number | null;
  readonly upper: number | null;
  readonly lower_inclusive: boolean;
  readonly upper_inclusive: boolean;
  readonly policy: BoundsPolicy;
  readonly recorded_at: string;
};

/** As write-batch.sql takes them. */
export const figureColumns: Columns<FigureRow> = [
  ['subject', 'text'],
  ['version', 'integer'],
  ['ordinal', 'integer'],
  ['series', 'text'],
  ['measure', 'text'],
  ['unit', 'text'],
  ['border', 'text'],
  ['country', 'text'],
  ['accounting', 'text'],
  ['period', 'text'],
  ['period_from', 'date'],
  ['period_to', 'date'],
  ['period_to_earliest', 'date'],
  ['chain', 'text'],
  ['publisher', 'text'],
  ['text', 'text'],
  ['qualifier', 'text'],
  ['lower', 'double'],
  ['best', 'double'],
  ['upper', 'double'],
  ['lower_inclusive', 'boolean'],
  ['upper_inclusive', 'boolean'],
  ['policy', 'text'],
  ['recorded_at', 'timestamptz'],
];

/** In the order of the claim's quantities; none for a retraction. */
export function toFigureRows({ subject, version, claim, by }: ClaimVersion): FigureRow[] {
  if (claim === null) return [];
  const { quantities, reports } = claim.data;
  return quantities.map((quantity, ordinal) => {
    const period = parseEdtf(quantity.period);
    const { lower, best, upper, lowerInclusive, upperInclusive } = boundsOf(quantity, policy);
    return {
      subject,
      version,
      ordinal,
      series: seriesKeyOf(quantity),
      measure: quantity.measure,
      unit: quantity.unit,
      border: quantity.border ?? null,
      country: quantity.country ?? null,
      accounting: quantity.accounting,
      period: quantity.period,
      period_from: period?.earliest ?? null,
      period_to: period?.latest ?? null,
      period_to_earliest: period?.end?.earliest ?? null,
      chain: chainOf(quantity, reports),
      publisher: reports[0]?.publisher ?? '',
      text: quantity.text,
      qualifier: quantity.qualifier,
      lower,
      best,
      upper,
      lower_inclusive: lowerInclusive,
      upper_inclusive: upperInclusive,
      policy,
      recorded_at: by.recordedAt,
    };
  });
}
