/** The client. Every read and write of the HTTP interface as a method; positions come along with what is read. */
import type { EventInput } from '@ledgerline/events';
import { type AppendOptions, appendBatch, appendEvent, type BatchOptions, type BatchResult } from './append-events.ts';
import { appendLines } from './append-lines.ts';
import type {
  ChangeListOptions,
  ClaimListOptions,
  CodelistOptions,
  CompareOptions,
  ConflictListOptions,
  CountListOptions,
  EventListOptions,
  MeasureListOptions,
  PointListOptions,
  SeriesListOptions,
} from './list-options.ts';
import { createLocalView, type LocalView, type LocalViewOptions } from './local-view/local-view.ts';
import { createItems, type Items, readJson } from './pages.ts';
import { type ListOptions, type ReadOptions, toHeaders, toQuery } from './parameters.ts';
import { createReplay, type Replay, type ReplayOptions } from './replay.ts';
import type {
  Actor,
  Change,
  Claim,
  Codelist,
  Comparison,
  Count,
  EventItem,
  HistoryItem,
  Measure,
  Place,
  Point,
  Publisher,
  Rebuilt,
  Series,
  SourcesOfPeriod,
  WriteResult,
} from './shapes.ts';
import { createSubscription, type SubscribeOptions, type Subscription } from './subscription.ts';
import { type ClientOptions, createTransport, type Transport } from './transport.ts';

export class Ledgerline {
  readonly #transport: Transport;

  constructor(options: ClientOptions) {
    this.#transport = createTransport(options);
  }

  /** Stores one event, or finds it stored. Retries are safe: see `UnknownOutcomeError`. */
  append(event: EventInput, options?: AppendOptions): Promise<WriteResult> {
    return appendEvent(this.#transport, event, options);
  }

  /** 1–1,000 events, all or none unless `atomic: false`. */
  appendBatch(events: readonly EventInput[], options?: BatchOptions): Promise<BatchResult> {
    return appendBatch(this.#transport, events, options);
  }

  /** Events as the text of a file has them, one a line, a result for each; a bad one fails alone. */
  appendLines(lines: readonly string[], options?: AppendOptions): Promise<WriteResult[]> {
    return appendLines(this.#transport, lines, options);
  }

  /** The raw log in log order, paged. */
  events(options: EventListOptions = {}): Items<EventItem> {
    return createItems(this.#transport, '/v1/events', options);
  }

  event(source: string, id: string, options?: ReadOptions): Promise<EventItem> {
    return this.#read(`/v1/events/${encodeURIComponent(source)}/${encodeURIComponent(id)}`, options);
  }

  /** The current version of every claim that the filters leave. */
  timeline(options: ClaimListOptions = {}): Items<Claim> {
    return createItems(this.#transport, '/v1/timeline', options);
  }

  claim(subject: string, options?: ReadOptions): Promise<Claim> {
    return this.#read(`/v1/claims/${encodeURIComponent(subject)}`, options);
  }

  history(subject: string, options: ListOptions = {}): Items<HistoryItem> {
    return createItems(this.#transport, `/v1/claims/${encodeURIComponent(subject)}/history`, options);
  }

  /** All claims of one incident, side by side. */
  incident(subject: string, options: ListOptions = {}): Items<Claim> {
    return createItems(this.#transport, `/v1/incidents/${encodeURIComponent(subject)}`, options);
  }

  measures(options: MeasureListOptions = {}): Items<Measure> {
    return createItems(this.#transport, '/v1/measures', options);
  }

  /** What became different after a position. */
  changes(options: ChangeListOptions = {}): Items<Change> {
    return createItems(this.#transport, '/v1/changes', options);
  }

  series(options: SeriesListOptions = {}): Items<Series> {
    return createItems(this.#transport, '/v1/statistics/series', options);
  }

  /** @param key such as `crossings:person:BY-LT` */
  points(key: string, options: PointListOptions = {}): Items<Point> {
    return createItems(this.#transport, `/v1/statistics/series/${encodeURIComponent(key)}`, options);
  }

  conflicts(key: string, options: ConflictListOptions = {}): Items<SourcesOfPeriod> {
    return createItems(this.#transport, `/v1/statistics/series/${encodeURIComponent(key)}/conflicts`, options);
  }

  compare(options: CompareOptions): Promise<Comparison> {
    return this.#read('/v1/statistics/compare', options);
  }

  counts(options: CountListOptions): Items<Count> {
    return createItems(this.#transport, '/v1/statistics/counts', options);
  }

  /** Persons, states and bodies that claims name, the most named first. */
  actors(options: ListOptions = {}): Items<Actor> {
    return createItems(this.#transport, '/v1/actors', options);
  }

  places(options: ListOptions = {}): Items<Place> {
    return createItems(this.#transport, '/v1/places', options);
  }

  publishers(options: ListOptions = {}): Items<Publisher> {
    return createItems(this.#transport, '/v1/publishers', options);
  }

  /** Every enumeration of the contract. */
  codelists(options: CodelistOptions = {}): Items<Codelist> {
    return createItems(this.#transport, '/v1/codelists', options);
  }

  /** Catches up from `from`, then stays; breaks of the connection do not show. */
  subscribe<const O extends SubscribeOptions>(
    options: O = {} as O,
  ): Subscription<O extends { readonly deliver: 'changes' } ? Change | Rebuilt : EventItem> {
    return createSubscription(this.#transport, options);
  }

  /** Everything in the log up to its end at the start of the call. */
  replay(options: ReplayOptions = {}): Replay {
    return createReplay(this.#transport, options);
  }

  /** A view of one's own, folded from the stream and kept with its checkpoint. */
  localView<S>(options: LocalViewOptions<S>): LocalView<S> {
    return createLocalView(this.#transport, options);
  }

  async #read<T>(path: string, options: ReadOptions = {}): Promise<T> {
    const headers = { accept: 'application/json', ...toHeaders(options) };
    const query = toQuery(options);
    return readJson(
      await this.#transport.request({ method: 'GET', path, query, headers, signal: options.signal }),
    ) as T;
  }
}
