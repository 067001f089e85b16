/** What tables show of each kind of item. */
import type { Claim, EventItem, HistoryItem, Interval, Point, Series, SourcesOfPeriod } from '@ledgerline/client';
import type { Column } from './table.ts';

/** `4,100 <` stays what it is: open ends and exclusive bounds are written, never guessed away. */
export function formatInterval({ lower, best, upper, lowerInclusive, upperInclusive }: Interval): string {
  if (lower !== null && lower === upper) return String(lower);
  const bounds =
    upper === null
      ? `${lowerInclusive ? '≥' : '>'} ${lower ?? 0}`
      : `${lowerInclusive ? '[' : '('}${lower ?? '-∞'}, ${upper}${upperInclusive ? ']' : ')'}`;
  return best === null ? bounds : `${best} in ${bounds}`;
}

export const claimColumns: readonly Column<Claim>[] = [
  { title: 'OCCURRED', value: ({ occurred }) => occurred.edtf, maxWidth: 24 },
  { title: 'KIND', value: ({ kind }) => kind },
  { title: 'SUBJECT', value: ({ subject }) => subject, maxWidth: 40 },
  {
    title: 'STATE',
    value: ({ state, version }) => (state === 'retracted' ? 'retracted' : version > 1 ? `v${version}` : ''),
  },
  { title: 'FIGURES', value: ({ figures }) => figures.map(({ text }) => text).join('; '), maxWidth: 30 },
  { title: 'TITLE', value: ({ title }) => title, maxWidth: 72 },
];

export const historyColumns: readonly Column<HistoryItem>[] = [
  { title: 'VERSION', value: ({ version }) => version, align: 'right' },
  { title: 'CHANGE', value: ({ change }) => change },
  { title: 'REASON', value: ({ reason }) => reason },
  { title: 'RECORDED', value: ({ recordedAt }) => recordedAt },
  { title: 'DIFFERENCES', value: ({ diff }) => diff.map(({ pointer }) => pointer).join(' '), maxWidth: 60 },
];

export const eventColumns: readonly Column<EventItem>[] = [
  { title: 'RECORDED', value: ({ recordedAt }) => recordedAt },
  { title: 'TYPE', value: ({ event }) => event.type },
  { title: 'SUBJECT', value: ({ event }) => event.subject, maxWidth: 40 },
  { title: 'ID', value: ({ event }) => event.id, maxWidth: 40 },
  { title: 'SOURCE', value: ({ event }) => event.source, maxWidth: 40 },
];

export const seriesColumns: readonly Column<Series>[] = [
  { title: 'SERIES', value: ({ key }) => key },
  { title: 'CLAIMS', value: ({ claims }) => claims, align: 'right' },
  { title: 'FROM', value: ({ from }) => from },
  { title: 'TO', value: ({ to }) => to },
  { title: 'LATEST', value: ({ latest }) => formatInterval(latest) },
  { title: 'OF', value: ({ latest }) => latest.period },
  { title: 'FLAGS', value: ({ latest }) => latest.flags.join(' ') },
];

export const pointColumns: readonly Column<Point>[] = [
  { title: 'PERIOD', value: ({ period }) => period },
  { title: 'ACCOUNTING', value: ({ accounting }) => accounting },
  { title: 'FIGURE', value: formatInterval },
  { title: 'FLAGS', value: ({ flags }) => flags.join(' ') },
  { title: 'CLAIMS', value: ({ claims }) => claims.join(' '), maxWidth: 60 },
];

export const conflictColumns: readonly Column<SourcesOfPeriod>[] = [
  { title: 'PERIOD', value: ({ period }) => period },
  { title: 'VERDICT', value: ({ verdict }) => verdict },
  {
    title: 'SOURCES',
    value: ({ sources }) => sources.map(({ publisher, text }) => `${publisher}: “${text}”`).join('; '),
    maxWidth: 100,
  },
];
