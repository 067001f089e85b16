/** Which figures may be set side by side: the series a figure belongs to, and the chain of one counter's figures. */
import type { Quantity } from '../schema/quantity.ts';

type Counted = Pick<Quantity, 'measure' | 'unit' | 'border' | 'country'>;

/** `measure:unit:place`; the place is a border, else a country, else `-`; `other:x` is written `other.x`. */
export function seriesKeyOf({ measure, unit, border, country }: Counted): string {
  return `${measure.replace(':', '.')}:${unit}:${border ?? country ?? '-'}`;
}

type Told = { readonly publisher: string; readonly attribution?: readonly string[] };

/** Whose count it is: the authority, else the first that told, else the publisher of the first report. */
export function chainOf({ authority }: Pick<Quantity, 'authority'>, reports: readonly Told[]): string {
  const [first] = reports;
  return authority ?? first?.attribution?.[0] ?? first?.publisher ?? '';
}
