/** What is asked of a moment of a random history. */
import { subjectNames } from './arbitrary-log.ts';
import type { Moment } from './asking.ts';
import { dimensions, ofCounts } from './count-questions.ts';
import { changesOf } from './fold/changes.ts';
import { type Claims, foldClaims, isKnown, type KnownBy, publishedOf } from './fold/claims.ts';
import { historyOf } from './fold/history.ts';
import { byText, endOf, inLogOrder, type LogItem, upTo, writeToken } from './fold/log.ts';
import type { Unit } from './fold/points.ts';
import { incidentOf, isThere } from './fold/relations.ts';
import { type Item, inOrderOfOccurrence, itemOf, timelineOf } from './fold/timeline.ts';
import { ofMeasures } from './measure-questions.ts';
import { itemsOf, type Question } from './question.ts';
import { ofSeries } from './series-questions.ts';

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
const units: readonly Unit[] = ['day', 'week', 'month', 'year'];
const compared = [
  { period: '2021', from: '2021-01-01', to: '2021-12-31' },
  { period: '2021-07', from: '2021-07-01', to: '2021-07-31' },
  { period: '2021-08', from: '2021-08-01', to: '2021-08-31' },
  { period: '2020', from: '2020-01-01', to: '2020-12-31' },
] as const;

export function questions(moment: Moment): Question[] {
  const { log, at, knownBy, picks } = moment;
  const all = foldClaims(log, at);
  const timeline = timelineOf(moment, all, knownBy).toSorted(inOrderOfOccurrence);
  const oneOf = <V>(values: readonly V[], pick: number): V => values[Math.floor((picks[pick] ?? 0) * 4)] as V;
  return [
    ...ofClaims(moment, all, timeline),
    ...ofMeasures(moment, all, [null, ...days.filter((_, index) => (picks[6 + (index % 4)] ?? 0) < 0.6)]),
    ...ofSeries(moment, all, {
      units: [oneOf(units, 8)],
      period: oneOf(compared, 9),
      baseline: oneOf(compared, 10),
    }),
    ...ofCounts(
      moment,
      all,
      timeline,
      dimensions.filter((_, index) => (picks[index % 12] ?? 0) < 0.5),
    ),
  ];
}

/** By the version the event made, else by its own reports; what has none always applies. */
function saysKnown({ event }: LogItem, { claims }: Claims, knownBy: KnownBy | null): boolean {
  if (event.type === 'measure.status-changed.v1') return isKnown(publishedOf(event.data['reports']), knownBy);
  const made = claims.get(event.subject)?.versions.find(({ item }) => item.event === event);
  return made === undefined || made.change === 'retracted' || isKnown(made.published, knownBy);
}

function ofClaims(moment: Moment, all: Claims, timeline: readonly Item[]): Question[] {
  const { at, knownBy, clocks, log, logId, picks } = moment;
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
      name: 'events',
      path: `/v1/events?limit=1000&after=${writeToken(logId, after)}&${clocks}`,
      pick: ({ items = [] }) => items.map((item) => (item as LogItem).event.id),
      expected: upTo(log, at)
        .filter((item) => item.offset >= (after[item.partition] ?? 0) && saysKnown(item, all, knownBy))
        .toSorted(inLogOrder)
        .map(({ event }) => event.id),
    },
    {
      name: 'changes',
      path: `/v1/changes?limit=1000&after=${writeToken(logId, after)}&${clocks}`,
      pick: itemsOf,
      expected: changesOf(moment, { after, until: at }, knownBy),
    },
  ];
}
