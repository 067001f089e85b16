/** The client's types against the server's schemas: what the compiler finds here is a client that has drifted. */
import { problemCatalogue } from '@ledgerline/http';
import t from 'tap';
import type { z } from 'zod';
import type { changeSchema } from '../../../services/query/src/shapes/change.ts';
import type { claimSchema } from '../../../services/query/src/shapes/claim.ts';
import type { eventItemSchema } from '../../../services/query/src/shapes/event.ts';
import type { historyItemSchema } from '../../../services/query/src/shapes/history.ts';
import type { measureSchema } from '../../../services/query/src/shapes/measure.ts';
import type {
  comparisonSchema,
  conflictSchema,
  pointSchema,
  seriesSchema,
} from '../../../services/query/src/statistics/schemas.ts';
import type {
  Change,
  Claim,
  Comparison,
  EventItem,
  HistoryItem,
  Measure,
  Point,
  Series,
  SourcesOfPeriod,
} from '../src/index.ts';

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;
/** What the server sends may be read as what the client says it is. */
type Reads<Client, Schema extends z.ZodType> = Frozen<z.output<Schema>> extends Client ? true : never;

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
    true satisfies Knows<Claim, typeof claimSchema>,
    true satisfies Knows<EventItem, typeof eventItemSchema>,
    true satisfies Knows<Change, typeof changeSchema>,
    true satisfies Knows<HistoryItem, typeof historyItemSchema>,
    true satisfies Knows<Measure, typeof measureSchema>,
    true satisfies Knows<Point, typeof pointSchema>,
    true satisfies Knows<Series, typeof seriesSchema>,
    true satisfies Knows<SourcesOfPeriod, typeof conflictSchema>,
    true satisfies Knows<Comparison, typeof comparisonSchema>,
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
