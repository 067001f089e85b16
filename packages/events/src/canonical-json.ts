/**
 * RFC 8785 (JSON Canonicalization Scheme): equal values give equal text, whatever their key order, white space
 * or way of writing a number. What content is compared and hashed by.
 */

/**
 * The canonical text of a JSON value. Numbers are JavaScript doubles, -0 is 0; strings are kept code unit for
 * code unit. Throws TypeError on what is no JSON: undefined at the root, functions, NaN.
 */
export function canonicalJson(value: unknown): string {
  // A copy for the engine's own serialiser, whose text is in one piece: put together here, it costs twice as much to hash.
  const ordered = inOrder(value);
  return ordered === undefined ? toText(value) : JSON.stringify(ordered);
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** With the keys of each object in canonical order; undefined where JavaScript would put some of them into another. */
function inOrder(value: unknown): Json | undefined {
  if (typeof value !== 'object' || value === null) return toScalar(value);
  if (Array.isArray(value)) {
    const items: Json[] = [];
    for (const item of value as unknown[]) {
      const ordered = inOrder(item);
      if (ordered === undefined) return undefined;
      items.push(ordered);
    }
    return items;
  }
  const object: Record<string, Json> = {};
  for (const key of keysInOrder(value)) {
    const item = (value as Record<string, unknown>)[key];
    if (item === undefined) continue;
    const ordered = isOutOfOrder(key) ? undefined : inOrder(item);
    if (ordered === undefined) return undefined;
    object[key] = ordered;
  }
  return object;
}

/** Keys that are numbers come first in every object of JavaScript's, and this one names no property but the prototype. */
function isOutOfOrder(key: string): boolean {
  const first = key.charCodeAt(0);
  return (first >= 0x30 && first <= 0x39) || key === '__proto__';
}

function toText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(toScalar(value));
  if (Array.isArray(value)) return `[${value.map(toText).join()}]`;
  const members: string[] = [];
  for (const key of keysInOrder(value)) {
    const item = (value as Record<string, unknown>)[key];
    // Absent and undefined are one.
    if (item !== undefined) members.push(`${JSON.stringify(key)}:${toText(item)}`);
  }
  return `{${members.join()}}`;
}

/** `<` and sort() both compare UTF-16 code units; the few keys of an event are sorted faster by insertion. */
function keysInOrder(object: object): string[] {
  const keys = Object.keys(object);
  if (keys.length > 20) return keys.toSorted();
  for (let index = 1; index < keys.length; index += 1) {
    const key = keys[index] as string;
    let place = index;
    while (place > 0 && (keys[place - 1] as string) > key) {
      keys[place] = keys[place - 1] as string;
      place -= 1;
    }
    keys[place] = key;
  }
  return keys;
}

function toScalar(value: unknown): string | number | boolean | null {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value !== 'number') throw new TypeError(`JSON has no ${typeof value}`);
  if (!Number.isFinite(value)) throw new TypeError('JSON has no NaN and no infinity');
  return value;
}
