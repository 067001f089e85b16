/** Numbers of claims and incidents, by one dimension or several. */
import type { Claims } from './fold/claims.ts';
import { countsOf, type Dimension } from './fold/counts.ts';
import { byText } from './fold/log.ts';
import type { Item } from './fold/timeline.ts';
import type { Clocks, Question } from './question.ts';

export const dimensions: readonly (readonly Dimension[])[] = [
  [],
  ['kind'],
  ['country'],
  ['border', 'month'],
  ['publisher', 'kind'],
  ['measureKind', 'outcome'],
  ['outcome', 'year'],
  ['day'],
  ['week', 'country'],
  ['month', 'year', 'kind'],
];

/** @param timeline of all claims; the retracted ones are not counted */
export function ofCounts(
  { knownBy, clocks }: Clocks,
  all: Claims,
  timeline: readonly Item[],
  asked: typeof dimensions,
): Question[] {
  const items = timeline.filter(({ state }) => state === 'current');
  return asked.map((by) => ({
    name: 'counts',
    path: `/v1/statistics/counts?limit=1000&${by.length === 0 ? '' : `by=${by.join(',')}&`}${clocks}`,
    pick: ({ items: found = [] }) => found.toSorted((a, b) => byText(JSON.stringify(a), JSON.stringify(b))),
    expected: countsOf(items, by, all, knownBy),
  }));
}
