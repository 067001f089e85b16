/** What each list can be asked besides: `test/shapes.test.ts` holds these against the server's own parameters. */
import type { Filter, Filters, ListOptions, ReadOptions } from './parameters.ts';
import type { Accounting, FacetName } from './shapes.ts';

export type ClaimOrder = 'occurred' | '-occurred' | 'recorded' | '-recorded' | '-relevance';

export type ChangeListOptions = Filters &
  ListOptions & {
    /** Position, time, `earliest` or `latest`. */
    readonly after?: string;
    readonly until?: string;
  };

/** `exact` counts the items of all pages: `page.total`. */
type TotalOption = { readonly total?: 'exact' };

export type EventListOptions = ChangeListOptions & TotalOption;

export type ClaimListOptions = Filters &
  ListOptions &
  TotalOption & {
    readonly order?: ClaimOrder;
    /** What the claims of all pages are counted by: `facets` of a page. */
    readonly facets?: readonly FacetName[];
  };

type MeasureFilters = Pick<
  Filters,
  'measureKind' | 'country' | 'border' | 'place' | 'actor' | 'publisher' | 'tag' | 'subject' | 'source' | 'q'
>;

export type MeasureListOptions = MeasureFilters &
  ListOptions & {
    /** ISO day: what stood then. */
    readonly on?: string;
    /** Only with `on`: `certain`, `possible`, `no`. */
    readonly inForce?: Filter;
  };

/** How bounds are read from wordings; each answer names it. */
type PolicyOption = { readonly policy?: string };
type WindowOptions = { readonly from?: string; readonly to?: string };

export type SeriesListOptions = ListOptions & PolicyOption;

export type PointListOptions = SeriesListOptions &
  WindowOptions & {
    readonly accounting?: Accounting;
    readonly bucket?: 'day' | 'week' | 'month' | 'year';
  };

export type ConflictListOptions = SeriesListOptions &
  WindowOptions & { readonly verdict?: 'agree' | 'conflict' | 'single' | 'all' };

export type CompareOptions = ReadOptions &
  PolicyOption & {
    readonly series: string;
    /** EDTF, such as `2021`. */
    readonly period: string;
    readonly baseline: string;
  };

export type CountListOptions = Filters &
  ListOptions & {
    /** Dimensions, such as `['kind', 'month']`. */
    readonly by: string | readonly string[];
  };

/** Codes are of no day. */
export type CodelistOptions = Omit<ListOptions, 'knownBy' | 'dateMatch'>;
