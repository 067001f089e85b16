/** The client's types against the server's schemas: what the compiler finds here is a client that has drifted. */
import { problemCatalogue } from '@ledgerline/http';
import t from 'tap';
import type { z } from 'zod';
import type { facetsSchema } from '../../../services/query/src/facets/facet-parameters.ts';
import type { changesQuery } from '../../../services/query/src/routes/changes.ts';
import type { codelistsQuery, codelistsSchema } from '../../../services/query/src/routes/codelists.ts';
import type { eventsQuery } from '../../../services/query/src/routes/events.ts';
import type { measuresQuery } from '../../../services/query/src/routes/measures.ts';
import type { streamQuery } from '../../../services/query/src/routes/stream.ts';
import type { timelineQuery } from '../../../services/query/src/routes/timeline.ts';
import type { changeSchema } from '../../../services/query/src/shapes/change.ts';
import type { claimSchema } from '../../../services/query/src/shapes/claim.ts';
import type { actorSchema, placeSchema, publisherSchema } from '../../../services/query/src/shapes/directory.ts';
import type { eventItemSchema } from '../../../services/query/src/shapes/event.ts';
import type { historyItemSchema } from '../../../services/query/src/shapes/history.ts';
import type { measureSchema } from '../../../services/query/src/shapes/measure.ts';
import type {
  compareQuery,
  conflictsQuery,
  countsQuery,
  pointsQuery,
  seriesQuery,
} from '../../../services/query/src/statistics/operations.ts';
import type {
  comparisonSchema,
  conflictSchema,
  pointSchema,
  seriesSchema,
} from '../../../services/query/src/statistics/schemas.ts';
import type {
  Actor,
  Change,
  ChangeListOptions,
  Claim,
  ClaimListOptions,
  Codelist,
  CodelistOptions,
  CompareOptions,
  Comparison,
  ConflictListOptions,
  CountListOptions,
  EventItem,
  EventListOptions,
  Facets,
  Filters,
  HistoryItem,
  Measure,
  MeasureListOptions,
  Place,
  Point,
  PointListOptions,
  Publisher,
  Series,
  SeriesListOptions,
  SourcesOfPeriod,
  SubscribeOptions,
} from '../src/index.ts';

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;
/** What the server sends may be read as what the client says it is. */
type Reads<Client, Schema extends z.ZodType> = Frozen<z.output<Schema>> extends Client ? true : never;

type CodelistSchema = z.ZodType<z.output<typeof codelistsSchema>['items'][number]>;

type NamesOf<T> = T extends unknown ? keyof T : never;
/** What the server sends has no field that the client does not know. */
type Knows<Client, Schema extends z.ZodType> = [Exclude<NamesOf<z.output<Schema>>, NamesOf<Client>>] extends [never]
  ? true
  : never;

t.test('every shape of an answer is the server’s own', (t) => {
  const checked: readonly true[] = [
    true satisfies Reads<Claim, typeof claimSchema>,
    true satisfies Reads<Omit<EventItem, 'event'>, typeof eventItemSchema>,
    true satisfies Reads<Change, typeof changeSchema>,
    true satisfies Reads<HistoryItem, typeof historyItemSchema>,
    true satisfies Reads<Measure, typeof measureSchema>,
    true satisfies Reads<Point, typeof pointSchema>,
    true satisfies Reads<Series, typeof seriesSchema>,
    true satisfies Reads<SourcesOfPeriod, typeof conflictSchema>,
    true satisfies Reads<Comparison, typeof comparisonSchema>,
    true satisfies Reads<Actor, typeof actorSchema>,
    true satisfies Reads<Place, typeof placeSchema>,
    true satisfies Reads<Publisher, typeof publisherSchema>,
    true satisfies Reads<Codelist, CodelistSchema>,
    true satisfies Reads<Facets, typeof facetsSchema>,
    true satisfies Knows<Claim, typeof claimSchema>,
    true satisfies Knows<EventItem, typeof eventItemSchema>,
    true satisfies Knows<Change, typeof changeSchema>,
    true satisfies Knows<HistoryItem, typeof historyItemSchema>,
    true satisfies Knows<Measure, typeof measureSchema>,
    true satisfies Knows<Point, typeof pointSchema>,
    true satisfies Knows<Series, typeof seriesSchema>,
    true satisfies Knows<SourcesOfPeriod, typeof conflictSchema>,
    true satisfies Knows<Comparison, typeof comparisonSchema>,
    true satisfies Knows<Actor, typeof actorSchema>,
    true satisfies Knows<Place, typeof placeSchema>,
    true satisfies Knows<Publisher, typeof publisherSchema>,
    true satisfies Knows<Codelist, CodelistSchema>,
    true satisfies Knows<Facets, typeof facetsSchema>,
  ];
  t.ok(checked.every(Boolean));
  t.end();
});

/** Of a method of the client, the options that become parameters. */
type Asked<Options> = Exclude<NamesOf<Options>, 'signal' | 'waitSeconds'>;
/** What an answer is shaped by: the client reads whole items, as JSON. */
type Shaping = 'format' | 'fields' | 'view';
/** Every parameter can be given, and nothing that is none. */
type Asks<Options, Query extends z.ZodType> = [
  Exclude<Asked<Options>, NamesOf<z.input<Query>>> | Exclude<NamesOf<z.input<Query>>, Asked<Options> | Shaping>,
] extends [never]
  ? true
  : never;

t.test('every list can be asked what the server can be asked, and nothing else', (t) => {
  type Subscribed = Omit<SubscribeOptions, 'from' | 'filters' | 'onGap' | 'onStatus' | 'watchdogMs'> &
    Pick<Filters, 'from'> & { readonly after: string };
  const checked: readonly true[] = [
    true satisfies Asks<EventListOptions, typeof eventsQuery>,
    true satisfies Asks<ClaimListOptions, typeof timelineQuery>,
    true satisfies Asks<ChangeListOptions, typeof changesQuery>,
    true satisfies Asks<MeasureListOptions, typeof measuresQuery>,
    true satisfies Asks<SeriesListOptions, typeof seriesQuery>,
    true satisfies Asks<PointListOptions, typeof pointsQuery>,
    true satisfies Asks<ConflictListOptions, typeof conflictsQuery>,
    true satisfies Asks<CompareOptions, typeof compareQuery>,
    true satisfies Asks<CountListOptions, typeof countsQuery>,
    true satisfies Asks<CodelistOptions, typeof codelistsQuery>,
    true satisfies Asks<Subscribed, typeof streamQuery>,
  ];
  t.ok(checked.every(Boolean));
  t.end();
});

t.test('the statuses that are tried again are those of the catalogue that pass', (t) => {
  const statuses = new Set(Object.values(problemCatalogue).map(({ status }) => status));
  t.ok([...statuses].filter((status) => status >= 500).every((status) => status === 503));
  t.ok(statuses.has(429));
  t.end();
});
