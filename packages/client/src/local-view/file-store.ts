/** A local view in one file (Node): written beside, flushed, and moved into place. */
import type { SavedView, ViewStore } from './view-store.ts';

/** @param path its folder must exist; the state must be JSON */
export function fileStore<S>(path: string): ViewStore<S> {
  return {
    async load() {
      const { readFile } = await import('node:fs/promises');
      const text = await readFile(path, 'utf8').catch(ifMissing);
      return text === null ? null : parse<S>(text);
    },
    async save(saved) {
      // Before anything is awaited: the view goes on folding meanwhile, and may alter the state in place.
      const text = JSON.stringify(saved);
      const { open, rename } = await import('node:fs/promises');
      const beside = `${path}.new`;
      const file = await open(beside, 'w');
      try {
        await file.writeFile(text);
        await file.datasync();
      } finally {
        await file.close();
      }
      await rename(beside, path);
    },
  };
}

function ifMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

/** Of another program, or of a disk that lied: the view is folded anew. */
function parse<S>(text: string): SavedView<S> | null {
  try {
    return JSON.parse(text) as SavedView<S>;
  } catch {
    return null;
  }
}
