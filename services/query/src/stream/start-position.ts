/** Where a stream begins: Last-Event-ID, else `after`, else the latest. */
import { setTimeout as delay } from 'node:timers/promises';
import { isRetryable } from '@ledgerline/database';
import { Problem, problem } from '@ledgerline/http';
import { type Offsets, parsePositionToken } from '@ledgerline/log';
import type { ViewName } from '@ledgerline/projection';
import { type LocateDependencies, type Located, locate } from '../reading/locate.ts';

export type StreamStart = {
  readonly logId: string;
  readonly offsets: Offsets;
  readonly isLatest: boolean;
  /** What the views held when it was asked. */
  readonly held: Offsets;
};

/** A browser's EventSource gives up on any status but 200: what heals by itself soon is waited for instead. */
const patienceMs = 20_000;
const retryMs = 250;

/** @throws Problem 400 bad-position, partial-position; 409 position-ahead; 503 */
export async function findStart(
  deps: LocateDependencies,
  views: readonly ViewName[],
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
      return { logId, held, offsets: placeOf(located, parameter), isLatest: place === 'latest' };
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
