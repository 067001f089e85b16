/** Full positions compared partition by partition: of two, neither need be the earlier one. */
import type { Offsets } from '@ledgerline/log';

/** True where `held` has everything before `wanted`. */
export function covers(held: Offsets, wanted: Offsets): boolean {
  return wanted.every((offset, partition) => (held[partition] ?? 0) >= offset);
}

/** True where the position is past this record. */
export function isBefore(record: { readonly partition: number; readonly offset: number }, position: Offsets): boolean {
  return record.offset < (position[record.partition] ?? 0);
}

export function areEqual(one: Offsets, other: Offsets): boolean {
  return (
    one === other || (one.length === other.length && one.every((offset, partition) => offset === other[partition]))
  );
}

export function laterOf(one: Offsets, other: Offsets): Offsets {
  return one.map((offset, partition) => Math.max(offset, other[partition] ?? 0));
}

export function earlierOf(one: Offsets, other: Offsets): Offsets {
  return one.map((offset, partition) => Math.min(offset, other[partition] ?? 0));
}

/**
 * A place on the way from `after` to `until`, `span` offsets further on: each partition goes the same share of its way,
 * so that they stay about level in time.
 */
export function partOfTheWay(after: Offsets, until: Offsets, span: number): Offsets {
  const left = until.map((offset, partition) => Math.max(0, offset - (after[partition] ?? 0)));
  const total = left.reduce((sum, count) => sum + count, 0);
  if (total <= span) return laterOf(after, until);
  return after.map((offset, partition) => offset + Math.ceil(((left[partition] ?? 0) * span) / total));
}
