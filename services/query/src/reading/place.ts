/**
 * A place in the log as a client writes it: a position token, `earliest`, `latest`, or an RFC 3339 time.
 */

import { problem } from '@ledgerline/http';
import { type Position, parsePositionToken } from '@ledgerline/log';

export type Place =
  | { readonly kind: 'earliest' }
  | { readonly kind: 'latest' }
  /** Milliseconds since 1970: the first record appended at or after it. */
  | { readonly kind: 'time'; readonly epochMs: number }
  | { readonly kind: 'position'; readonly position: Position };

const time = /^\d{4}-\d\d-\d\d[Tt](?:[01]\d|2[0-3]):\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/;

/** Throws 400 `bad-position`; `parameter` is named in it. */
export function parsePlace(text: string, parameter: string): Place {
  if (text === 'earliest' || text === 'latest') return { kind: text };
  if (time.test(text)) {
    const epochMs = parseTime(text);
    if (epochMs !== null) return { kind: 'time', epochMs };
  } else {
    const position = parsePositionToken(text);
    if (position !== null) return { kind: 'position', position };
  }
  throw problem('bad-position', `${parameter} is no position, time, "earliest" or "latest".`);
}

/** `Date.parse` takes 31 February as 3 March; a calendar does not. */
function parseTime(text: string): number | null {
  const epochMs = Date.parse(text.toUpperCase());
  if (Number.isNaN(epochMs)) return null;
  const day = Date.parse(`${text.slice(0, 10)}T00:00:00Z`);
  return new Date(day).toISOString().startsWith(text.slice(0, 10)) ? epochMs : null;
}
