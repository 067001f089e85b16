/** Every read that the service offers, over everything that its log holds: paths that name nothing of one log alone. */
import type { EventItem, SeriesItem } from './shapes.ts';

const days = ['2021-07-01', '2021-08-03', '2021-09-15', '2021-11-10', '2023-09-20', '2024-06-01'];
const filters = [
  'kind=statement',
  'kind=!statement,measure',
  'type=measure.adopted.v1',
  'country=LT',
  'country=!LT',
  'border=BY-LT,BY-LV',
  'place=vilnius',
  'actor=lukashenka',
  'publisher=dpa,BNN',
  'measureKind=deployment,closure',
  'outcome=crossed',
  'stance=describes',
  'tag=hybrid%20attack',
  'source=urn:ledgerline:desk:seed',
  'hasFigure=true',
  'from=2021-08&to=2021-09',
  'from=2021-08&to=2021-09&dateMatch=certain',
  'on=2021-08-25',
  'publishedFrom=2021-08-20&publishedTo=2021-08-31',
];
const timelines = [
  ...filters,
  'state=all',
  'state=retracted',
  'order=-occurred',
  'order=recorded',
  'order=-recorded',
  'q=hybrid',
  'q=%22hybrid%20attack%22%20-nato&order=-relevance',
  'q=anusauskas*',
  'total=exact',
  'knownBy=2021-08-02',
  'knownBy=2021-08-21&dateMatch=possible',
];
/** Lists whose CSV has its columns explained. */
const described = [
  'timeline',
  'measures',
  'statistics/series',
  'statistics/points',
  'statistics/conflicts',
  'statistics/compare',
  'statistics/counts',
  'actors',
  'places',
  'publishers',
  'codelists',
];
const dimensions = ['kind', 'country', 'border', 'publisher', 'measureKind', 'outcome', 'day', 'week', 'month', 'year'];
const points = [
  '',
  'bucket=day',
  'bucket=week',
  'bucket=month',
  'bucket=year',
  'accounting=increment',
  'knownBy=2021-08-02',
];

/** Of one claim, one event, one series. */
function readsOf(log: readonly EventItem[], series: readonly SeriesItem[]): string[] {
  const subjects = [...new Set(log.map(({ event }) => encodeURIComponent(event.subject)))];
  // Single events are much alike: a third of them will do.
  const events = log.filter((_, at) => at % 3 === 0);
  const keys = series.map(({ key }) => encodeURIComponent(key));
  return [
    ...subjects.flatMap((subject) => [
      `/v1/claims/${subject}`,
      `/v1/claims/${subject}/history`,
      `/v1/incidents/${subject}`,
    ]),
    ...events.map(({ event }) => `/v1/events/${encodeURIComponent(event.source)}/${encodeURIComponent(event.id)}`),
    ...keys.flatMap((key) => [
      ...points.map((parameters) => `/v1/statistics/series/${key}?${parameters}`),
      `/v1/statistics/series/${key}/conflicts?verdict=all`,
      `/v1/statistics/compare?series=${key}&period=2021&baseline=2020`,
      `/v1/statistics/compare?series=${key}&period=2023&baseline=2021`,
    ]),
    ...days.map((day) => `/v1/timeline?knownBy=${day}&limit=1000`),
  ];
}

/** @param log its items by `/v1/events` @param series by `/v1/statistics/series` */
export function everyRead(log: readonly EventItem[], series: readonly SeriesItem[]): string[] {
  return [
    '/v1/events?limit=1000',
    '/v1/events?limit=7',
    ...filters.map((filter) => `/v1/events?${filter}&limit=1000`),
    '/v1/timeline?limit=1000',
    '/v1/timeline?limit=7',
    ...timelines.map((parameters) => `/v1/timeline?${parameters}&limit=1000`),
    '/v1/measures?limit=1000',
    ...days.map((day) => `/v1/measures?on=${day}&limit=1000`),
    '/v1/statistics/series?limit=1000',
    '/v1/statistics/series?knownBy=2021-08-21&limit=1000',
    '/v1/statistics/counts',
    ...dimensions.map((by) => `/v1/statistics/counts?by=${by}&limit=1000`),
    '/v1/statistics/counts?by=kind,country,month&limit=1000',
    ...filters.map((filter) => `/v1/statistics/counts?by=kind&${filter}`),
    '/v1/actors?limit=1000',
    '/v1/places?limit=1000',
    '/v1/publishers?limit=1000',
    '/v1/codelists?limit=1000',
    '/v1/schemas',
    '/v1/schemas/statement.issued.v1',
    '/v1/admin/views',
    '/v1/admin/parked',
    '/v1/admin/rebuilds',
    '/v1/admin/redactions',
    '/v1/changes?limit=1000',
    ...described.map((list) => `/v1/${list}.csv-metadata.json`),
    '/v1/events?knownBy=2021-08-25&limit=1000',
    // Refusals are answers too.
    '/v1/stream?after=nowhere',
    '/v1/admin/parked/9999999',
    '/v1/admin/rebuilds/9999999',
    '/v1/admin/verifications/9999999',
    '/v1/claims/nobody',
    '/v1/events/urn:nobody/nothing',
    '/v1/statistics/series/none:none:XX',
    '/v1/timeline?knd=statement',
    '/v1/timeline?limit=0',
    '/v1/events?after=nowhere',
    ...readsOf(log, series),
  ];
}
