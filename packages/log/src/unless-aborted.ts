/**
 * Waiting for one of many things under a signal that lives long. Not `Promise.race` with a promise of the signal's:
 * that one would keep what every race before it gave, for as long as the signal lives.
 */

/** What `work` gives, or null as soon as the signal is aborted. Rejects as `work` does, unless aborted before. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  if (signal.aborted) return null;
  const { promise, resolve, reject } = Promise.withResolvers<T | null>();
  const leave = () => resolve(null);
  signal.addEventListener('abort', leave, { once: true });
  work.then(resolve, reject);
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
