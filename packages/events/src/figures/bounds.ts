/**
 * What a figure is worth as an interval of numbers, by a named policy. Only stated bounds are recorded; a policy
 * is applied on read, so a new one is a rebuild and never an edit of what was said.
 */
import type { Quantity } from '../schema/quantity.ts';

/** `upper` null: unbounded. `best` null: the source gives a mere bound. */
export type Interval = {
  readonly lower: number;
  readonly best: number | null;
  readonly upper: number | null;
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
};

export const boundsPolicies = ['bounds-1'] as const;

export type BoundsPolicy = (typeof boundsPolicies)[number];

type Stated = Pick<Quantity, 'qualifier' | 'value' | 'lower' | 'upper'>;

/** The interval of a figure. Throws where a figure lacks the numbers its qualifier needs: no parsed event does. */
export function boundsOf(quantity: Stated, _policy: BoundsPolicy = 'bounds-1'): Interval {
  const { qualifier } = quantity;
  if (qualifier === 'range') return closed(stated(quantity.lower), null, stated(quantity.upper));
  const value = stated(quantity.value);
  switch (qualifier) {
    case 'exact':
      return closed(value, value, value);
    case 'about':
      return closed(nineTenths(value), value, elevenTenths(value));
    case 'almost':
      return almost(value);
    case 'more-than':
      return { lower: value, best: null, upper: null, lowerInclusive: false, upperInclusive: false };
    case 'at-least':
      return { lower: value, best: null, upper: null, lowerInclusive: true, upperInclusive: false };
    case 'at-most':
      return closed(0, null, value);
    default:
      return qualifier satisfies never;
  }
}

function closed(lower: number, best: number | null, upper: number): Interval {
  return { lower, best, upper, lowerInclusive: true, upperInclusive: true };
}

/** "Almost none" is written as almost 0: nothing lies below it, so that the 0 itself stays possible. No interval is empty. */
function almost(value: number): Interval {
  const lower = nineTenths(value);
  return { lower, best: null, upper: value, lowerInclusive: true, upperInclusive: lower === value };
}

/** 0.9 and 1.1 have no exact double: 1.1 × 100 would be 110.00000000000001. Dividing rounds once, and right. */
function nineTenths(value: number): number {
  return tenths(value, 9);
}

function elevenTenths(value: number): number {
  return tenths(value, 11);
}

/** Whole numbers are multiplied without rounding; of others the decimals are, as they are written: 1.1 × 0.1 is 0.11. */
function tenths(value: number, times: 9 | 11): number {
  if (Number.isSafeInteger(value * times)) return (value * times) / 10;
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return Number(`${BigInt(whole + fraction) * BigInt(times)}e${Number(exponent) - fraction.length - 1}`);
}

function stated(value: number | undefined): number {
  if (value === undefined) throw new TypeError('a figure without the number its qualifier needs');
  return value;
}
