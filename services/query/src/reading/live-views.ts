/** The live generations of views and how far they are, as the projection's own reader finds them. */
import { problem } from '@ledgerline/http';
import type { LiveGeneration, ViewName, ViewReader } from '@ledgerline/projection';

/** undefined table or schema: no projector has run on this database yet, or the generation is gone. */
const missing = new Set(['42P01', '3F000']);

export function isMissingRelation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && missing.has(error.code);
}

export type LiveViews = ReadonlyMap<ViewName, LiveGeneration>;

/** Read now, by name; null where one of them has no live generation yet. */
export async function readLiveViews(reader: ViewReader, views: readonly ViewName[]): Promise<LiveViews | null> {
  const live = new Map<ViewName, LiveGeneration>();
  await Promise.all(
    views.map(async (view) => {
      const generation = await orNone(reader.readNow(view));
      if (generation !== null) live.set(view, generation);
    }),
  );
  return live.size === new Set(views).size ? live : null;
}

/** At most a second old, 503 where there is none: for who notices by the rows' own statement when it has changed. */
export async function recentLiveView(reader: ViewReader, view: ViewName): Promise<LiveGeneration> {
  const live = await orNone(reader.live(view));
  if (live === null) throw notBuilt();
  return live;
}

export function notBuilt(): Error {
  return problem('view-behind', 'The view has not been built yet.');
}

async function orNone(reading: Promise<LiveGeneration | null>): Promise<LiveGeneration | null> {
  try {
    return await reading;
  } catch (error) {
    if (isMissingRelation(error)) return null;
    throw error;
  }
}
