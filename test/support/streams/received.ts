/**
 * What a subscriber got, so that it can be held against the log: entries by lane. Within a lane order is promised, between
 * lanes it is not: a lane is a partition for events, a claim for changes.
 */
import type { Item } from './stream-item.ts';

export type Lanes = Readonly<Record<string, readonly string[]>>;

export function toLanes(entries: readonly Item[]): Lanes {
  const lanes: Record<string, string[]> = {};
  for (const { lane, key } of entries) (lanes[lane] ??= []).push(key);
  return lanes;
}

/** '' where they are equal, else the first difference in words. */
export function differenceOf(got: Lanes, wanted: Lanes): string {
  for (const lane of new Set([...Object.keys(got), ...Object.keys(wanted)])) {
    const [here, there] = [got[lane] ?? [], wanted[lane] ?? []];
    const length = Math.max(here.length, there.length);
    for (let index = 0; index < length; index += 1) {
      if (here[index] === there[index]) continue;
      const twice = here.indexOf(here[index] ?? '') < index ? ' (it was there before)' : '';
      return `lane ${lane}, place ${index}: got ${here[index]}${twice}, not ${there[index]}; ${here.length} of ${there.length}`;
    }
  }
  return '';
}
