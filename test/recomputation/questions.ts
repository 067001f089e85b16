/** What is asked of a moment, and what must be answered. */
import { subjectNames } from './arbitrary-log.ts';
import type { Asking, Moment } from './asking.ts';
import { changesOf } from './fold/changes.ts';
import { foldClaims } from './fold/claims.ts';
import { countsOf, type Dimension } from './fold/counts.ts';
import { historyOf } from './fold/history.ts';
import { byText, endOf, writeToken } from './fold/log.ts';
import { measuresOf } from './fold/measures.ts';
import { compare, pointsOf, type Unit } from './fold/points.ts';
import { incidentOf, isThere } from './fold/relations.ts';
import { entriesOf, figuresBySeries, seriesOf, sourcesOf } from './fold/series.ts';
import { inOrderOfOccurrence, itemOf, timelineOf } from './fold/timeline.ts';

export type Question = {
  readonly name: string;
  readonly path: string;
  /** The part of the body to compare. */
  readonly pick: (body: Asking['body']) => unknown;
  readonly expected: unknown;
};

const itemsOf: Question['pick'] = ({ items = [] }) => items;

export function questions(moment: Moment): Question[] {
  return [...ofClaims(moment), ...ofMeasures(moment), ...ofSeries(moment), ...ofCounts(moment)];
}

function ofClaims(moment: Moment): Question[] {
  const { at, knownBy, clocks, log, logId, picks } = moment;
  const all = foldClaims(log, at);
  const timeline = timelineOf(moment, all, knownBy).toSorted(inOrderOfOccurrence);
  const subjects = subjectNames.filter((_, index) => index % 3 === Math.floor((picks[4] ?? 0) * 3));
  const known = subjects.filter((subject) => isThere(subject, all, knownBy));
  const from = Math.floor((picks[5] ?? 0) * log.length);
  const after = at.map((end, partition) =>
    Math.min(end, endOf(log.slice(0, from).filter((item) => item.partition === partition))),
  );
  return [
    {
      name: 'timeline',
      path: `/v1/timeline?state=all&order=occurred&limit=1000&${clocks}`,
      pick: itemsOf,
      expected: timeline,
    },
    {
      name: 'timeline, current',
      path: `/v1/timeline?limit=1000&order=recorded&${clocks}`,
      pick: ({ items = [] }) => items.map((item) => (item as { subject: string }).subject).toSorted(byText),
      expected: timeline
        .filter(({ state }) => state === 'current')
        .map(({ subject }) => subject)
        .toSorted(byText),
    },
    ...known.flatMap((subject): Question[] => {
      const claim = all.claims.get(subject);
      if (claim === undefined) return [];
      const members = incidentOf(subject, all, knownBy).map((member) => itemOf(moment, member, all, knownBy));
      return [
        {
          name: 'claim',
          path: `/v1/claims/${subject}?${clocks}`,
          pick: (body) => body,
          expected: itemOf(moment, subject, all, knownBy),
        },
        {
          name: 'history',
          path: `/v1/claims/${subject}/history?${clocks}`,
          pick: itemsOf,
          expected: historyOf(moment, claim, at, knownBy),
        },
        {
          name: 'incident',
          path: `/v1/incidents/${subject}?${clocks}`,
          pick: itemsOf,
          expected: members.filter((item) => item !== null).toSorted(inOrderOfOccurrence),
        },
      ];
    }),
    {
      name: 'changes',
      path: `/v1/changes?limit=1000&after=${writeToken(logId, after)}&${clocks}`,
      pick: itemsOf,
      expected: changesOf(moment, { after, until: at, at }, knownBy),
    },
  ];
}

const days = [
  '2021-07-01',
  '2021-07-15',
  '2021-07-20',
  '2021-08-02',
  '2021-08-05',
  '2021-08-20',
  '2021-09-01',
  '2022-06-01',
];

function ofMeasures({ at, log, knownBy, clocks, picks }: Moment): Question[] {
  const all = foldClaims(log, at);
  const asked = [null, ...days.filter((_, index) => (picks[6 + (index % 4)] ?? 0) < 0.6)];
  return asked.map((day): Question => {
    const measures = measuresOf(all, knownBy, day);
    return {
      name: day === null ? 'measures' : 'measures on a day',
      path: `/v1/measures?limit=1000&${day === null ? '' : `on=${day}&`}${clocks}`,
      pick: ({ items = [] }) =>
        (items as { subject: string; status: string }[])
          .map((item) => {
            const { status } = measures.get(item.subject) ?? {};
            // Of several possible states the one to name is the service's to choose.
            return Array.isArray(status) && status.includes(item.status) ? { ...item, status } : item;
          })
          .toSorted((a, b) => byText(a.subject, b.subject)),
      expected: [...measures.values()].toSorted((a, b) => byText(String(a['subject']), String(b['subject']))),
    };
  });
}

const units: readonly Unit[] = ['day', 'week', 'month', 'year'];
const compared = [
  { period: '2021', from: '2021-01-01', to: '2021-12-31' },
  { period: '2021-07', from: '2021-07-01', to: '2021-07-31' },
  { period: '2021-08', from: '2021-08-01', to: '2021-08-31' },
  { period: '2020', from: '2020-01-01', to: '2020-12-31' },
] as const;

function ofSeries({ at, log, knownBy, clocks, picks }: Moment): Question[] {
  const series = figuresBySeries(foldClaims(log, at), knownBy);
  const keys = [...series.keys()].toSorted(byText);
  const unit = units[Math.floor((picks[8] ?? 0) * 4)] ?? 'month';
  const [period, baseline] = [compared[Math.floor((picks[9] ?? 0) * 4)], compared[Math.floor((picks[10] ?? 0) * 4)]];
  return [
    {
      name: 'series',
      path: `/v1/statistics/series?limit=1000&${clocks}`,
      pick: itemsOf,
      expected: keys.map((key) => seriesOf(key, series.get(key) ?? [])),
    },
    ...[...series].flatMap(([key, figures]): Question[] => [
      ...[null, 'increment', 'cumulative', 'stock'].flatMap((accounting) =>
        [null, unit].map((bucket): Question => {
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
      ...(period === undefined || baseline === undefined
        ? []
        : [
            {
              name: 'compare',
              path: `/v1/statistics/compare?series=${key}&period=${period.period}&baseline=${baseline.period}&${clocks}`,
              pick: ({ position: _position, series: _series, policy: _policy, ...body }: Asking['body']) => body,
              expected: compare(figures, period, baseline),
            },
          ]),
    ]),
  ];
}

const dimensions: readonly (readonly Dimension[])[] = [
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

function ofCounts(moment: Moment): Question[] {
  const { at, log, knownBy, clocks, picks } = moment;
  const all = foldClaims(log, at);
  const items = timelineOf(moment, all, knownBy).filter(({ state }) => state === 'current');
  return dimensions
    .filter((_, index) => (picks[index % 12] ?? 0) < 0.5)
    .map((by) => ({
      name: 'counts',
      path: `/v1/statistics/counts?limit=1000&${by.length === 0 ? '' : `by=${by.join(',')}&`}${clocks}`,
      pick: ({ items: found = [] }) => found.toSorted((a, b) => byText(JSON.stringify(a), JSON.stringify(b))),
      expected: countsOf(items, by, all, knownBy),
    }));
}
