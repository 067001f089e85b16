/**
 * So many requests in a window, counted for each client from its first request on. Memory is bounded: windows that are
 * over are forgotten, and of too many clients the oldest.
 */
export type Allowance = {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the window ends, rounded up. */
  readonly resetSeconds: number;
  readonly exceeded: boolean;
};

export type RequestLimiter = {
  /** Counts a request. */
  take(client: string): Allowance;
};

export const WINDOW_SECONDS = 60;
const MAX_CLIENTS = 100_000;

type Window = { readonly endsAt: number; count: number };

/** @param now milliseconds of a clock that does not go back */
export function createRequestLimiter(limit: number, now: () => number = () => performance.now()): RequestLimiter {
  // In order of their ends: a new window is put last.
  const windows = new Map<string, Window>();
  const forget = (at: number) => {
    for (const [client, { endsAt }] of windows) {
      if (endsAt > at && windows.size < MAX_CLIENTS) return;
      windows.delete(client);
    }
  };
  return {
    take(client) {
      const at = now();
      let window = windows.get(client);
      if (!window || window.endsAt <= at) {
        windows.delete(client);
        forget(at);
        window = { endsAt: at + WINDOW_SECONDS * 1_000, count: 0 };
        windows.set(client, window);
      }
      window.count += 1;
      return {
        limit,
        remaining: Math.max(0, limit - window.count),
        resetSeconds: Math.ceil((window.endsAt - at) / 1_000),
        exceeded: window.count > limit,
      };
    },
  };
}

/** The address as a client: of IPv6 the first 64 bits, since whoever has one address has them all. */
export function clientOfAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const groups = (text: string) => text.split(':').filter(Boolean);
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const all = [
    ...before,
    ...Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0'),
    ...after,
  ];
  return all.slice(0, 4).join(':');
}
