/** What reads can be asked, and how it is written into a query. Names are those of the HTTP interface. */
import type { Query } from './transport.ts';

/** One value, several (or), or none of these. */
export type Filter = string | readonly string[] | { readonly not: string | readonly string[] };

export type Filters = {
  readonly kind?: Filter;
  readonly type?: Filter;
  readonly country?: Filter;
  readonly border?: Filter;
  readonly place?: Filter;
  readonly actor?: Filter;
  readonly publisher?: Filter;
  readonly measureKind?: Filter;
  readonly outcome?: Filter;
  readonly stance?: Filter;
  readonly tag?: Filter;
  readonly subject?: Filter;
  readonly source?: Filter;
  /** ISO dates; overlap on what occurred. */
  readonly from?: string;
  readonly to?: string;
  readonly on?: string;
  readonly dateMatch?: 'certain' | 'possible';
  readonly publishedFrom?: string;
  readonly publishedTo?: string;
  /** Words, "phrases", -not. */
  readonly q?: string;
  readonly hasFigure?: boolean;
  readonly state?: 'current' | 'retracted' | 'all';
};

/** Of every read. */
export type ReadOptions = {
  /** Position or RFC 3339 time: what the system held then. */
  readonly asOf?: string;
  /** ISO date: what the public could know then. */
  readonly knownBy?: string;
  /** How inexact dates count. */
  readonly dateMatch?: 'certain' | 'possible';
  /** The answer holds at least this, or the read fails with `view-behind`. */
  readonly minPosition?: string;
  /** Seconds to wait for `minPosition`; at most 30. */
  readonly waitSeconds?: number;
  readonly signal?: AbortSignal;
};

export type ListOptions = ReadOptions & {
  /** Items a page, 1–1,000. */
  readonly limit?: number;
  /** From `page.next` or `page.prev` of an earlier answer. */
  readonly cursor?: string;
};

const control = new Set(['signal', 'waitSeconds']);

/** Parameters as the query has them: lists joined by commas, commas inside a value escaped, `!` before what is not wanted. */
export function toQuery(options: object): Query {
  return Object.fromEntries(
    Object.entries(options as Readonly<Record<string, unknown>>)
      .filter(([name, value]) => value !== undefined && !control.has(name))
      .map(([name, value]) => [name, toText(value)]),
  );
}

export function toHeaders({ waitSeconds }: ReadOptions): Record<string, string> {
  return waitSeconds === undefined ? {} : { prefer: `wait=${waitSeconds}` };
}

function toText(value: unknown): string {
  if (Array.isArray(value)) return value.map(escapeComma).join(',');
  if (typeof value === 'object' && value !== null && 'not' in value) return `!${toText(value.not)}`;
  return typeof value === 'string' ? value : String(value);
}

/** Only in lists: a single value of a filter is written as it is, so that a list can be given as text as well. */
function escapeComma(value: unknown): string {
  return String(value).replaceAll(',', String.raw`\,`);
}
