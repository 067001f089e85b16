/** What the server answers, as types. `test/shapes.test.ts` holds them against the server's own schemas. */
import type { LedgerEvent } from '@ledgerline/events';

/** null upper: unbounded. `best` only where the source gives a value that is not a mere bound. */
export type Interval = {
  readonly lower: number | null;
  readonly best: number | null;
  readonly upper: number | null;
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
};

/** Inside an answer an event is as it was recorded: lists that were left out are not there. */
export type RecordedEvent = Pick<LedgerEvent, 'id' | 'source' | 'subject' | 'specversion' | 'type'> & {
  readonly data: Readonly<Record<string, unknown>>;
  readonly [attribute: string]: unknown;
};

export type EventItem = {
  readonly event: RecordedEvent;
  readonly partition: number;
  readonly offset: number;
  /** By the log's own clock, RFC 3339 UTC. */
  readonly recordedAt: string;
  /** Right after this event. */
  readonly position: string;
};

export type Days = { readonly edtf: string; readonly earliest: string | null; readonly latest: string | null };
export type Accounting = 'increment' | 'cumulative' | 'stock';
export type EventReference = { readonly source: string; readonly id: string };

export type Claim = {
  readonly subject: string;
  readonly kind: 'border-crossing' | 'statement' | 'measure';
  readonly type: string;
  readonly state: 'current' | 'retracted';
  readonly version: number;
  readonly title: string;
  readonly occurred: Days & { readonly precision: 'day' | 'month' | 'year' | 'interval' };
  readonly published: Omit<Days, 'edtf'>;
  readonly recordedAt: string;
  readonly position: string;
  readonly figures: readonly (Interval & {
    readonly series: string;
    readonly accounting: Accounting;
    readonly period: string;
    /** The source's own wording. */
    readonly text: string;
  })[];
  readonly relations: readonly {
    readonly type: string;
    readonly direction: 'in' | 'out';
    readonly target: string;
    readonly pending: boolean;
  }[];
  readonly incident: string;
  readonly reason: string | null;
  readonly note: string | null;
  readonly event: EventReference;
  readonly data: Readonly<Record<string, unknown>> | null;
};

export type FacetName =
  | 'kind'
  | 'type'
  | 'country'
  | 'border'
  | 'place'
  | 'actor'
  | 'publisher'
  | 'measureKind'
  | 'outcome'
  | 'stance'
  | 'tag'
  | 'year'
  | 'month';

/** By name the values there are, at most 100, most claims first, years and months in their order. */
export type Facets = Readonly<
  Partial<Record<FacetName, readonly { readonly value: string; readonly count: number }[] | undefined>>
>;

type HistoryEntry = {
  readonly version: number;
  readonly reason: string | null;
  readonly note: string | null;
  readonly position: string;
  readonly recordedAt: string;
  readonly event: EventReference;
  readonly published: Omit<Days, 'edtf'>;
  readonly diff: readonly { readonly pointer: string; readonly before: unknown; readonly after: unknown }[];
};

export type HistoryItem =
  | (HistoryEntry & {
      readonly change: 'added' | 'corrected' | 'retracted';
      readonly data: Readonly<Record<string, unknown>> | null;
    })
  | (HistoryEntry & { readonly change: 'status-changed'; readonly status: string; readonly on: Days });

export type Measure = {
  readonly subject: string;
  readonly title: string;
  readonly measureKind: string;
  readonly status: string;
  /** Only where `on` was given. */
  readonly inForce?: 'certain' | 'possible' | 'no' | undefined;
  readonly effective: Days | null;
  /** ISO 8601. Where the end of `effective` is not known it is certainly in force for so long. */
  readonly minimumDuration: string | null;
  readonly lifecycle: readonly {
    readonly status: string;
    readonly on: Days;
    readonly reason?: string | undefined;
    readonly event: EventReference;
  }[];
  readonly replaces: readonly string[];
  readonly replacedBy: readonly string[];
  readonly data: Readonly<Record<string, unknown>>;
};

type ChangeEntry = {
  readonly subject: string;
  /** Right after the event. */
  readonly position: string;
  readonly recordedAt: string;
  readonly reason: string | null;
  readonly note: string | null;
  readonly event: EventReference;
  readonly before: Claim | null;
  readonly after: Claim;
};

export type Change =
  | (ChangeEntry & { readonly change: 'added' | 'corrected' | 'retracted' })
  | (ChangeEntry & {
      readonly change: 'linked' | 'unlinked';
      readonly relation: { readonly type: string; readonly target: string };
      /** The other end; null where there is no such claim yet, or it was not known. */
      readonly other: { readonly subject: string; readonly before: Claim; readonly after: Claim } | null;
    })
  | (ChangeEntry & { readonly change: 'status-changed'; readonly status: string; readonly on: Days });

/** Of streams alone: no event, but a rebuild, a way back or a repair in place made the claim different for readers. */
export type Rebuilt = {
  readonly change: 'rebuilt';
  readonly subject: string;
  /** Where the stream stands after it. */
  readonly position: string;
  /** When the other rows were put in place. */
  readonly recordedAt: string;
  readonly reason: null;
  readonly note: null;
  readonly event: null;
  /** As it was shown; null: not at all, or what was shown is not kept any more. */
  readonly before: Claim | null;
  /** null: it is not shown any more. */
  readonly after: Claim | null;
};

export type Point = Interval & {
  readonly period: string;
  readonly accounting: Accounting;
  readonly flags: readonly ('conflict' | 'derived' | 'not-combinable' | 'partial' | 'reset' | 'to-date')[];
  readonly claims: readonly string[];
  readonly policy: string;
  readonly reported?: string | undefined;
  readonly since?: string | null | undefined;
  readonly peak?: (Interval & { readonly claims: readonly string[] }) | undefined;
};

export type Series = {
  readonly key: string;
  readonly measure: string;
  readonly unit: string;
  readonly border: string | null;
  readonly country: string | null;
  readonly claims: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly latest: Point;
};

export type SourcesOfPeriod = {
  readonly period: string;
  readonly accounting: Accounting;
  readonly verdict: 'agree' | 'conflict' | 'single';
  readonly agreement: Interval | null;
  readonly sources: readonly (Interval & {
    readonly publisher: string;
    readonly claim: string;
    readonly text: string;
    readonly qualifier: string;
    readonly chain: string;
    readonly period: string;
    readonly carried: boolean;
  })[];
};

export type Comparison = {
  readonly series: string;
  readonly period: string;
  readonly baseline: string;
  readonly current: Point | null;
  readonly base: Point | null;
  readonly ratio: Interval | null;
  readonly difference: Interval | null;
  readonly reason?: 'no-figure' | 'zero-baseline' | undefined;
  readonly policy: string;
  readonly position: string;
};

/** One property besides for each dimension of `by`. */
export type Count = { readonly claims: number; readonly incidents: number; readonly possible: number } & {
  readonly [dimension: string]: string | number | undefined;
};

/** What every entry of a directory tells. */
type Named = {
  /** The spelling that most claims use. */
  readonly name: string;
  /** All spellings; they differ in case or diacritics only. */
  readonly spellings: readonly string[];
  /** Current claims that name it. */
  readonly claims: number;
};

/** `kind`, `roles`, `role`: codes, whose meanings `codelists` gives. Days: the first and the last of what is reported. */
export type Actor = Named & {
  readonly kind: string;
  readonly country: string | null;
  readonly roles: readonly string[];
  readonly from: string | null;
  readonly to: string | null;
};

export type Place = Named & {
  readonly role: string;
  readonly countries: readonly string[];
  /** Longitude, latitude (WGS 84). */
  readonly point: readonly number[] | null;
  /** A claim states the point, or it is approximate. */
  readonly pointFrom: 'claim' | 'gazetteer' | null;
  readonly from: string | null;
  readonly to: string | null;
};

export type Publisher = Named & {
  readonly languages: readonly string[];
  /** First and last day on which a report of it may have appeared. */
  readonly publishedFrom: string | null;
  readonly publishedTo: string | null;
};

/** An enumeration with what each value means. */
export type Codelist = {
  readonly name: string;
  readonly codes: readonly { readonly code: string; readonly meaning: string }[];
};

export type WriteResult = {
  readonly status: 'stored' | 'duplicate' | 'valid' | 'failed';
  readonly source?: string | undefined;
  readonly id?: string | undefined;
  readonly subject?: string | undefined;
  /** Names only the partition written: good for `minPosition`. */
  readonly position?: string | undefined;
  readonly recordedAt?: string | undefined;
  /** In a batch: the event's place, from 0. */
  readonly index?: number | undefined;
  /** Where `status` is `failed`. */
  readonly problem?: Readonly<Record<string, unknown>> | undefined;
};
