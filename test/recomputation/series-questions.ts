/** Series: what there are, their points however asked, sources side by side, periods compared. */
import type { Claims } from './fold/claims.ts';
import { byText } from './fold/log.ts';
import { type Bucket, compare, pointsOf, type Unit } from './fold/points.ts';
import { entriesOf, figuresBySeries, seriesOf, sourcesOf } from './fold/series.ts';
import { type Body, type Clocks, itemsOf, type Question } from './question.ts';

export type SeriesAsked = {
  readonly units: readonly Unit[];
  readonly period: Bucket;
  readonly baseline: Bucket;
};

export function ofSeries({ knownBy, clocks }: Clocks, all: Claims, asked: SeriesAsked): Question[] {
  const { units, period, baseline } = asked;
  const series = figuresBySeries(all, knownBy);
  const keys = [...series.keys()].toSorted(byText);
  return [
    {
      name: 'series',
      path: `/v1/statistics/series?limit=1000&${clocks}`,
      pick: itemsOf,
      expected: keys.map((key) => seriesOf(key, series.get(key) ?? [])),
    },
    ...[...series].flatMap(([key, figures]): Question[] => [
      ...[null, 'increment', 'cumulative', 'stock'].flatMap((accounting) =>
        [null, ...units].map((bucket): Question => {
          const parameters = [
            'limit=1000',
            ...(accounting === null ? [] : [`accounting=${accounting}`]),
            ...(bucket === null ? [] : [`bucket=${bucket}`]),
          ];
          return {
            name: bucket === null ? 'points' : 'points by bucket',
            path: `/v1/statistics/series/${key}?${parameters.join('&')}&${clocks}`,
            pick: itemsOf,
            expected: pointsOf(figures, { unit: bucket, accounting }),
          };
        }),
      ),
      {
        name: 'conflicts',
        path: `/v1/statistics/series/${key}/conflicts?verdict=all&limit=1000&${clocks}`,
        pick: ({ items = [] }) =>
          (items as { sources: unknown[] }[]).map((item) => ({
            ...item,
            sources: item.sources.toSorted((a, b) => byText(JSON.stringify(a), JSON.stringify(b))),
          })),
        expected: entriesOf(figures).map(sourcesOf),
      },
      {
        name: 'compare',
        path: `/v1/statistics/compare?series=${key}&period=${period.period}&baseline=${baseline.period}&${clocks}`,
        pick: ({ position: _position, series: _series, policy: _policy, ...body }: Body) => body,
        expected: compare(figures, period, baseline),
      },
    ]),
  ];
}
