/** What the writers sent and what they were told of it: one side of the comparison that a chaos run ends with. */
import type { EventJson } from '@ledgerline/testkit';

export type Place = { readonly partition: number; readonly offset: number };

/** Of one event, from one request that was answered. */
export type Told =
  | ({ readonly status: 'stored' | 'duplicate'; readonly recordedAt: string; readonly position: string } & Place)
  | { readonly status: 'refused'; readonly http: number; readonly code: string };

export type Expected = 'stored' | 'duplicate' | { readonly refused: string } | 'race';

/** One event that a writer wants to have recorded. It is sent until its fate is known, unless it is abandoned. */
export type Sent = {
  readonly event: EventJson;
  /** What becomes of it, as far as its writer can know: of a race exactly one is stored, the others lose. */
  readonly expected: Expected;
  /** The racers with one name compete for one version. */
  readonly race: string | null;
  /** Sent at once with others of the same content. */
  readonly twin: boolean;
  told: Told | null;
  /** Requests that nothing was heard of, or 5xx. */
  unknown: number;
  /** Never asked about again, though its fate is not known. */
  abandoned: boolean;
};

export function toSend(event: EventJson, expected: Expected = 'stored', also: Partial<Sent> = {}): Sent {
  return { event, expected, race: null, twin: false, told: null, unknown: 0, abandoned: false, ...also };
}

export const keyOf = (event: EventJson): string => `${event.source} ${event.id}`;
