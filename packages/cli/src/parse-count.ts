import { InvalidArgumentError } from 'commander';

/** A whole number from 1, as an option's value. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d{1,9}$/.test(text) || count < 1) throw new InvalidArgumentError('It must be a whole number from 1.');
  return count;
}
