/** The live generations of views and how far they are, as the projection's own reader finds them. */
import { problem } from '@ledgerline/http';
import type { LiveGeneration, ViewName, ViewReader } from '@ledgerline/projection';

/** undefined table or schema: no projector has run on this database yet, or the generation is gone. */
const missing = new Set(['42P01', '3F000']);

export function isMissingRelation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && missing.has(error.code);
}

export type LiveViews = ReadonlyMap<ViewName, LiveGeneration>;

/** Read now, by name. Throws 503 where a view has no live generation yet. */
export async function readLiveViews(reader: ViewReader, views: readonly ViewName[]): Promise<LiveViews> {
  const live = await Promise.all(views.map((view) => orNone(reader.readNow(view))));
  return new Map(views.map((view, index) => [view, required(view, live[index])]));
}

/** At most a second old: for who notices by the rows' own statement when it has changed. */
export async function recentLiveView(reader: ViewReader, view: ViewName): Promise<LiveGeneration> {
  return required(view, await orNone(reader.live(view)));
}

function required(view: ViewName, live: LiveGeneration | null | undefined): LiveGeneration {
  if (live) return live;
  throw problem('view-behind', `The view ${view} has not been built yet.`);
}

async function orNone(reading: Promise<LiveGeneration | null>): Promise<LiveGeneration | null> {
  try {
    return await reading;
  } catch (error) {
    if (isMissingRelation(error)) return null;
    throw error;
  }
}
