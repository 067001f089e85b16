/** Where a stream begins: Last-Event-ID, else `after`, else the latest. */
import { setTimeout as delay } from 'node:timers/promises';
import { isRetryable } from '@ledgerline/database';
import { Problem, problem } from '@ledgerline/http';
import { type Amended, type Offsets, parsePositionToken } from '@ledgerline/log';
import { toldBefore } from '../amendments/told-before.ts';
import { type LocateDependencies, type Located, locate } from '../reading/locate.ts';
import type { Feed } from './feed.ts';

export type StreamStart = {
  readonly logId: string;
  readonly offsets: Offsets;
  /** What the client has been told apart from events. */
  readonly amended: Amended;
  readonly isLatest: boolean;
  /** What the views held when it was asked, and all that was told then. */
  readonly held: Offsets;
  readonly latest: Amended;
};

/** A browser's EventSource gives up on any status but 200: what heals by itself soon is waited for instead. */
const patienceMs = 20_000;
const retryMs = 250;

/** @throws Problem 400 bad-position, partial-position; 409 position-ahead; 503 */
export async function findStart(
  deps: LocateDependencies,
  { views, amendments }: Pick<Feed, 'views' | 'amendments'>,
  asked: { readonly lastEventId: string | undefined; readonly after: string | undefined },
): Promise<StreamStart> {
  const { lastEventId, after = 'latest' } = asked;
  const resumes = lastEventId !== undefined && lastEventId !== '';
  if (resumes && parsePositionToken(lastEventId) === null) {
    throw problem('bad-position', 'Last-Event-ID is no position: send back the id of a frame.');
  }
  const [parameter, place] = resumes ? ['Last-Event-ID', lastEventId] : ['after', after];
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      const spec = { views, clocks: {}, places: { [parameter]: place } };
      const located = await locate(deps, { ...spec, waitMs: Math.max(0, deadline - Date.now()) });
      const { logId, at: held } = located;
      const latest = { id: amendments?.latest(located) ?? 0, named: 0 };
      const offsets = placeOf(located, parameter);
      // Who begins with nothing, or with what is there now, has nothing to be put right.
      const isNew = place === 'latest' || place === 'earliest';
      const said = parsePositionToken(place)?.amended;
      const amended = isNew ? latest : await toldBefore(deps.pool, { logId, offsets, said }, latest.id);
      return { logId, held, latest, offsets, amended, isLatest: place === 'latest' };
    } catch (error) {
      if (!isPassing(error) || Date.now() > deadline || deps.stopping.aborted) throw error;
    }
    await delay(retryMs, undefined, { signal: deps.stopping }).catch(() => undefined);
  }
}

function placeOf({ places }: Located, parameter: string): Offsets {
  const offsets = places.get(parameter);
  if (offsets === undefined) throw new Error(`${parameter} was not located`);
  return offsets;
}

function isPassing(error: unknown): boolean {
  return isRetryable(error) || (error instanceof Problem && error.status === 503);
}
