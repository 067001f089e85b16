/** Columns of an interval, the same in every table that has one. */
import type { Column } from './table.ts';

type Interval = {
  readonly lower: number | null;
  readonly best: number | null;
  readonly upper: number | null;
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
};

/** @param prefix of the columns' names, with its underscore; @param of null: there is no interval, all five are empty */
export function intervalColumns<Args extends readonly unknown[]>(
  prefix: string,
  what: string,
  of: (...args: Args) => Interval | null | undefined,
): readonly Column<Args>[] {
  const about = what === '' ? '' : ` ${what}`;
  return [
    {
      name: `${prefix}lower`,
      datatype: 'number',
      description: `Lower bound${about}; empty: unbounded, or no figure.`,
      value: (...args) => of(...args)?.lower,
    },
    {
      name: `${prefix}best`,
      datatype: 'number',
      description: `Value${about}, only where a source gives one that is not a mere bound.`,
      value: (...args) => of(...args)?.best,
    },
    {
      name: `${prefix}upper`,
      datatype: 'number',
      description: `Upper bound${about}; empty: unbounded, or no figure.`,
      value: (...args) => of(...args)?.upper,
    },
    {
      name: `${prefix}lower_inclusive`,
      datatype: 'boolean',
      description: `Whether the lower bound${about} itself is possible; empty: no figure.`,
      value: (...args) => of(...args)?.lowerInclusive,
    },
    {
      name: `${prefix}upper_inclusive`,
      datatype: 'boolean',
      description: `Whether the upper bound${about} itself is possible; empty: no figure.`,
      value: (...args) => of(...args)?.upperInclusive,
    },
  ];
}
