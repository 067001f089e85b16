/**
 * A map that forgets: of what was put in or asked for lately, at least the last `capacity` values are kept and
 * never more than twice as many. Two generations do it without a list of uses.
 */

export type RecentValues<V> = {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  readonly size: number;
};

export function createRecentValues<V>(capacity: number): RecentValues<V> {
  let recent = new Map<string, V>();
  let older = new Map<string, V>();
  function set(key: string, value: V): void {
    if (recent.size >= capacity) [older, recent] = [recent, new Map()];
    recent.set(key, value);
  }
  return {
    set,
    get(key) {
      const value = recent.get(key);
      if (value !== undefined) return value;
      const kept = older.get(key);
      if (kept !== undefined) set(key, kept);
      return kept;
    },
    get size() {
      return recent.size + older.size;
    },
  };
}
