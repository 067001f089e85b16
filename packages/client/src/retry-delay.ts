/** How long to wait before the next attempt: what the server asks for, else exponential; always with jitter. */

const FIRST_MS = 200;
const LONGEST_MS = 8_000;
/** A server that asks for more is waited for no longer than this. */
const MAX_RETRY_AFTER_MS = 60_000;

/**
 * @param attempt of those failed so far, from 0
 * @param retryAfter the header's value: seconds or an HTTP date
 */
export function retryDelayMs(attempt: number, retryAfter: string | null, random: () => number = Math.random): number {
  const asked = retryAfter === null ? null : parseRetryAfter(retryAfter);
  if (asked !== null) return Math.min(asked, MAX_RETRY_AFTER_MS) * (1 + random() / 4);
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt) * (0.5 + random() / 2);
}

function parseRetryAfter(value: string): number | null {
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}

/** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. Leaves no timer behind. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
