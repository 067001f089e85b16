/**
 * Where a local view is kept. State and checkpoint are one value, written in one step: after a crash there is either the
 * one before or the one after, never a state that does not belong to its position.
 */

export type SavedView<S> = {
  /** `LocalViewOptions.version` that made it. */
  readonly version: number;
  readonly position: string;
  readonly state: S;
};

export type ViewStore<S> = {
  /** null where nothing was saved, or what was saved can't be read. */
  load(): Promise<SavedView<S> | null>;
  /** What is kept is what `saved` is when this is called: the view goes on folding, and may alter the state in place. */
  save(saved: SavedView<S>): Promise<void>;
};

/** For one process, for tests. State is copied: what is kept can't be changed from outside. */
export function memoryStore<S>(): ViewStore<S> {
  let kept: string | null = null;
  return {
    load: () => Promise.resolve(kept === null ? null : (JSON.parse(kept) as SavedView<S>)),
    save(saved) {
      kept = JSON.stringify(saved);
      return Promise.resolve();
    },
  };
}
