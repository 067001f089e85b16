/**
 * Fixes the position a request reads at: what it pins (a cursor, `asOf`), else what its views hold. Waits for
 * `minPosition` and for pins as long as the request prefers; what the log itself does not have yet is refused at once.
 */
import { problem } from '@ledgerline/http';
import { type EventLog, LogFault, type Offsets } from '@ledgerline/log';
import type { LiveGeneration, ViewName, ViewReader } from '@ledgerline/projection';
import type { Pool } from 'pg';
import type { Clocks } from './clock-parameters.ts';
import { findPositions, instant } from './find-positions.ts';
import { type LiveViews, notBuilt, readLiveViews } from './live-views.ts';
import { type Place, parsePlace } from './place.ts';

/** The position that a cursor carries: full, and of one log. */
export type PinnedPosition = { readonly logId: string; readonly offsets: Offsets };

export type LocateSpec = {
  readonly views: readonly ViewName[];
  readonly clocks: Clocks;
  readonly pinned?: PinnedPosition | undefined;
  /** Other parameters that name places in the log; they must be in the views as well. */
  readonly places?: Readonly<Record<string, string | undefined>> | undefined;
  readonly waitMs: number;
};

export type Located = {
  readonly logId: string;
  readonly views: LiveViews;
  /** The position to read at: every view of the request holds it. */
  readonly at: Offsets;
  /** How far all of them are: `at` or beyond. */
  readonly held: Offsets;
  /** The request said where to read; what comes later is none of its business. */
  readonly pinned: boolean;
  /** The spec's places, by parameter. */
  readonly places: ReadonlyMap<string, Offsets>;
};

export type LocateDependencies = {
  readonly pool: Pool;
  /** Only asked where the views do not have what a request names. */
  readonly log: Pick<EventLog, 'ends'>;
  readonly views: ViewReader;
  /** Aborted when the server stops: nobody is kept waiting then. */
  readonly stopping: AbortSignal;
};

/** null: the partition does not matter. */
type Wanted = readonly (number | null)[];
type Attempt =
  | { readonly kind: 'located'; readonly located: Located }
  | { readonly kind: 'behind'; readonly wanted: Wanted }
  /** No projector has begun one of the views. */
  | { readonly kind: 'unbuilt' };

const retryAfterS = 1;

/** Throws problems 400 bad-position and partial-position, 409 position-ahead, 503 view-behind. */
export async function locate(deps: LocateDependencies, spec: LocateSpec): Promise<Located> {
  const asOf = spec.clocks.asOf === undefined ? undefined : parsePlace(spec.clocks.asOf, 'asOf');
  const minimum =
    spec.clocks.minPosition === undefined ? undefined : parsePlace(spec.clocks.minPosition, 'minPosition');
  const places = Object.entries(spec.places ?? {}).flatMap(([parameter, text]) =>
    text === undefined ? [] : [{ parameter, place: parsePlace(text, parameter) }],
  );
  const journalToo = [asOf, minimum, ...places.map(({ place }) => place)].some((place) => place?.kind === 'time');
  const views = [...new Set<ViewName>(journalToo ? [...spec.views, 'journal'] : spec.views)];
  const deadline = Date.now() + spec.waitMs;
  let askedTheLog = false;
  for (;;) {
    const attempt = await tryToLocate(deps, { pinned: spec.pinned, views, asOf, minimum, places });
    if (attempt.kind === 'located') return attempt.located;
    const wanted = attempt.kind === 'behind' ? attempt.wanted : [];
    if (attempt.kind === 'behind' && !askedTheLog) {
      await refuseWhatIsAhead(deps, wanted);
      askedTheLog = true;
    }
    const reached = await Promise.all(
      views.map((view) => deps.views.waitForPosition(view, wanted, deadline, deps.stopping)),
    );
    if (reached.includes(false)) throw attempt.kind === 'behind' ? viewBehind() : notBuilt();
  }
}

type Question = {
  readonly views: readonly ViewName[];
  readonly pinned?: PinnedPosition | undefined;
  readonly asOf: Place | undefined;
  readonly minimum: Place | undefined;
  readonly places: readonly { readonly parameter: string; readonly place: Place }[];
};

async function tryToLocate(deps: LocateDependencies, question: Question): Promise<Attempt> {
  const views = await readLiveViews(deps.views, question.views);
  if (views === null) return { kind: 'unbuilt' };
  const [first, ...others] = [...views.values()];
  if (first === undefined) throw new Error('a read is of one view at least');
  const { logId } = first;
  if (others.some((view) => view.logId !== logId)) throw problem('view-behind', 'The views are of different logs.');
  const held = first.offsets.map((offset, partition) =>
    Math.min(offset, ...others.map((view) => view.offsets[partition] ?? 0)),
  );
  const known = { views, logId, held };

  const minimum = question.minimum && (await wantedOf(deps, question.minimum, 'minPosition', known));
  if (minimum !== undefined && !covers(held, minimum)) return { kind: 'behind', wanted: minimum };

  const places = new Map<string, Offsets>();
  for (const { parameter, place } of question.places) {
    const wanted = await fullPositionOf(deps, place, parameter, known);
    if (!covers(held, wanted)) return { kind: 'behind', wanted };
    places.set(parameter, wanted);
  }
  const pin = await pinOf(deps, question, known);
  if (pin === null) return { kind: 'located', located: { logId, views, at: held, held, pinned: false, places } };
  return covers(held, pin)
    ? { kind: 'located', located: { logId, views, at: pin, held, pinned: true, places } }
    : { kind: 'behind', wanted: pin };
}

/** The position the request is pinned to, by its cursor or else by `asOf`. */
async function pinOf(deps: LocateDependencies, { pinned, asOf }: Question, known: Known): Promise<Offsets | null> {
  if (pinned !== undefined) {
    if (pinned.logId !== known.logId || pinned.offsets.length !== known.held.length) {
      throw problem('bad-cursor', 'The cursor is of another log.');
    }
    return pinned.offsets;
  }
  return asOf === undefined ? null : await fullPositionOf(deps, asOf, 'asOf', known);
}

/** To read at or from: `latest` is what the views hold, not what the log may have beyond. */
async function fullPositionOf(
  deps: LocateDependencies,
  place: Place,
  parameter: string,
  known: Known,
): Promise<Offsets> {
  if (place.kind === 'latest') return known.held;
  return toFullPosition(await wantedOf(deps, place, parameter, known), known.held.length);
}

type Known = { readonly views: LiveViews; readonly logId: string; readonly held: Offsets };

async function wantedOf(deps: LocateDependencies, place: Place, parameter: string, known: Known): Promise<Wanted> {
  switch (place.kind) {
    case 'earliest':
      return known.held.map(() => 0);
    case 'latest':
      return await endsOf(deps);
    case 'time':
      return await positionOfTime(deps, place.epochMs, known.views.get('journal'));
    case 'position': {
      const { logId, offsets } = place.position;
      if (logId !== known.logId || offsets.length !== known.held.length) {
        throw problem('bad-position', `${parameter} is a position of another log.`);
      }
      return offsets;
    }
  }
}

/** In every partition the first record at or after the time. Where the journal has none yet, the log's end is it. */
async function positionOfTime(
  deps: LocateDependencies,
  epochMs: number,
  journal: LiveGeneration | undefined,
): Promise<Offsets> {
  if (epochMs > Date.now()) throw problem('position-ahead', 'That time is still to come.');
  if (journal === undefined) throw new Error('a time needs the journal');
  const [found] = await findPositions(deps.pool, journal, [instant(epochMs)]);
  if (found === undefined) throw new Error('the journal has no checkpoints');
  if (found.offsets.every((offset, partition) => offset < (found.held[partition] ?? 0))) return found.offsets;
  const ends = await endsOf(deps);
  return found.offsets.map((offset, partition) => {
    const held = found.held[partition] ?? 0;
    // Nothing at or after the time up to `held`: what the log has beyond is not known until the journal has it.
    return offset < held ? offset : Math.max(held, ends[partition] ?? 0);
  });
}

function toFullPosition(wanted: Wanted, partitions: number): Offsets {
  const full = wanted.filter((offset): offset is number => offset !== null);
  if (full.length !== partitions) {
    throw problem(
      'partial-position',
      'The position of a write names only its own partitions: it is good for minPosition alone.',
    );
  }
  return full;
}

async function endsOf({ log }: LocateDependencies): Promise<Offsets> {
  try {
    return await log.ends();
  } catch (error) {
    if (error instanceof LogFault) throw problem('log-unavailable', 'The log does not say how far it is. Try again.');
    throw error;
  }
}

function covers(held: Offsets, wanted: Wanted): boolean {
  return wanted.every((offset, partition) => offset === null || (held[partition] ?? 0) >= offset);
}

/** Throws 409 where the log's own end is before `wanted`. */
async function refuseWhatIsAhead(deps: LocateDependencies, wanted: Wanted): Promise<void> {
  const ends = await endsOf(deps);
  if (!covers(ends, wanted)) throw problem('position-ahead', 'That position is beyond the end of the log.');
}

export function viewBehind(): Error {
  return problem('view-behind', 'The view does not hold that position yet.', { retryAfter: retryAfterS });
}
