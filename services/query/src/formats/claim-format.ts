/**
 * A way to write claims. Head, items and tail are written one after the other, so that a list of any length goes out as
 * it is read; the same claims at the same position give the same bytes.
 */
import type { z } from 'zod';
import type { claimSchema } from '../shapes/claim.ts';

export type FormattedClaim = z.output<typeof claimSchema>;

export type FormatContext = {
  /** Scheme and host as the client sees them: `http://127.0.0.1:8080`. */
  readonly origin: string;
  /** Of this answer, absolute. */
  readonly url: string;
  /** The position read at. */
  readonly position: string;
  /** Of the page after this one, absolute; null where there is none. Known when the tail is written. */
  readonly next: string | null;
};

export type ClaimFormat = {
  /** Value of `format=`. */
  readonly name: 'csv' | 'ndjson' | 'geojson' | 'jsonfeed' | 'atom' | 'timelinejs' | 'ics';
  readonly mediaType: string;
  /** `walk`: all claims that the query leaves, unless a limit is given. `feed`: the latest recorded, a page at a time. */
  readonly extent: 'walk' | 'feed';
  head(context: FormatContext): string;
  /** @param index from 0 */
  item(claim: FormattedClaim, index: number, context: FormatContext): string;
  tail(context: FormatContext): string;
};

/** Where the claim can be read, absolute. */
export function claimUrl(claim: FormattedClaim, { origin }: FormatContext): string {
  return `${origin}/v1/claims/${encodeURIComponent(claim.subject)}`;
}

type ClaimDataView = {
  readonly summary?: string;
  readonly content?: string;
  readonly tags?: readonly string[];
  readonly reports?: readonly { readonly publisher: string; readonly url?: string; readonly language?: string }[];
  readonly places?: readonly {
    readonly name: string;
    readonly role: string;
    readonly countries: readonly string[];
    readonly point?: readonly [longitude: number, latitude: number];
  }[];
  readonly actors?: readonly { readonly name: string }[];
};

/** What was validated when it was recorded; nothing where the data may not be shown. */
export function dataOf({ data }: FormattedClaim): ClaimDataView {
  return data ?? {};
}

/** What a person reads of a claim, in plain text: the words of the recorder, then the figures as worded. */
export function describeClaim(claim: FormattedClaim): string {
  const { summary, content } = dataOf(claim);
  const figures = claim.figures.map(({ text, series, period }) => `${series}: “${text}” (${period})`);
  const withdrawn = claim.state === 'retracted' ? [`Withdrawn: ${claim.reason ?? 'no reason given'}.`] : [];
  return [...withdrawn, summary, content, ...figures].filter((part) => part !== undefined && part !== '').join('\n');
}
