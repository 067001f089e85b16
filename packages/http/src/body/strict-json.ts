/**
 * JSON that can be kept exactly as sent, or a refusal that says why. JSON.parse silently takes duplicate keys (the last
 * wins), numbers a double can't hold, NUL and lone surrogates (PostgreSQL refuses both) and any depth; no library found
 * refuses all of these and gives byte spans of a batch's elements. So: one pass over the bytes for what the grammar
 * allows and we don't, JSON.parse for the grammar itself, and a walk that counts keys: fewer in the value than colons
 * in the text means a duplicate.
 */
import { findDuplicateKey } from './find-duplicate-key.ts';
import { fitsDouble } from './fits-double.ts';
import { scanEscape } from './scan-escape.ts';

/** Bytes [start, end) of one element, white space around it left out. */
export type ByteSpan = { readonly start: number; readonly end: number };

export type StrictJson =
  | { readonly ok: true; readonly value: unknown; readonly text: string; readonly elements: readonly ByteSpan[] }
  | { readonly ok: false; readonly detail: string };

export type StrictJsonLimits = {
  readonly maxDepth: number;
  readonly maxKeysPerObject: number;
  /** Of a top-level array: depth counts from each element, and their byte spans are returned. */
  readonly elements: boolean;
};

export const STRICT_JSON_LIMITS: StrictJsonLimits = { maxDepth: 32, maxKeysPerObject: 1_000, elements: false };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** What a byte outside a string begins; 0 is anything else. */
const SPACE = 1;
const STRING = 2;
const NUMBER = 3;
const OPEN = 4;
const CLOSE = 5;
const COLON = 6;
const COMMA = 7;
const begins = new Uint8Array(256);
for (const char of ' \t\n\r') begins[char.charCodeAt(0)] = SPACE;
for (const char of '-0123456789') begins[char.charCodeAt(0)] = NUMBER;
for (const char of '{[') begins[char.charCodeAt(0)] = OPEN;
for (const char of '}]') begins[char.charCodeAt(0)] = CLOSE;
begins[QUOTE] = STRING;
begins[':'.charCodeAt(0)] = COLON;
begins[','.charCodeAt(0)] = COMMA;
/** Bytes a number may go on with. */
const inNumber = new Uint8Array(256);
for (const char of '+-.0123456789Ee') inNumber[char.charCodeAt(0)] = 1;
/** Any decimal of so many characters, exponent aside, comes back from a double as it was. */
const SURELY_HELD = 15;

/** Never throws for what the bytes hold. `text` is all of them; `elements` is empty unless asked for and it is an array. */
export function parseStrictJson(bytes: Buffer, limits: StrictJsonLimits = STRICT_JSON_LIMITS): StrictJson {
  if (bytes.length === 0) return refusal('The body is empty.');
  const text = decodeUtf8(bytes);
  if (text === null) return refusal('The text is not UTF-8.');
  if (text.charCodeAt(0) === 0xfeff) return refusal('The text begins with a byte order mark.');
  const elements: ByteSpan[] = [];
  const scanned = scan(bytes, limits, elements);
  if (typeof scanned === 'string') return refusal(scanned);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refusal(`Not JSON: ${(error as SyntaxError).message}.`);
  }
  const counted = isContainer(value) ? countKeys(value, limits.maxKeysPerObject) : 0;
  if (typeof counted === 'string') return refusal(counted);
  if (counted === scanned.keys) return { ok: true, value, text, elements };
  return refusal(`The key ${JSON.stringify(findDuplicateKey(text))} occurs twice in one object.`);
}

const refusal = (detail: string): StrictJson => ({ ok: false, detail });

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** null where the bytes are not UTF-8 (encoded surrogates included). */
function decodeUtf8(bytes: Buffer): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** The number of keys in the text, or what is wrong with it. Takes text that is not JSON too, which JSON.parse refuses. */
function scan(bytes: Buffer, limits: StrictJsonLimits, elements: ByteSpan[]): { keys: number } | string {
  const { length } = bytes;
  const split = limits.elements && firstToken(bytes) === '[';
  const maxDepth = split ? limits.maxDepth + 1 : limits.maxDepth;
  let depth = 0;
  let keys = 0;
  let elementStart = -1;
  let tokenEnd = 0;
  let at = 0;
  while (at < length) {
    const kind = begins[bytes[at] as number] as number;
    if (kind === SPACE) {
      at++;
      continue;
    }
    if (split && depth === 1) {
      const closed = kind === CLOSE || kind === COMMA;
      if (closed && elementStart >= 0) elements.push({ start: elementStart, end: tokenEnd });
      if (closed) elementStart = -1;
      else if (elementStart < 0) elementStart = at;
    }
    const start = at++;
    switch (kind) {
      case STRING: {
        while (at < length && bytes[at] !== QUOTE) {
          if (bytes[at] === BACKSLASH) {
            const next = scanEscape(bytes, at);
            if (typeof next === 'string') return next;
            at = next;
          } else at++;
        }
        at++;
        break;
      }
      case NUMBER: {
        let exponent = false;
        while (inNumber[bytes[at] as number] === 1) {
          exponent ||= ((bytes[at] as number) | 0x20) === 0x65;
          at++;
        }
        if ((exponent || at - start > SURELY_HELD) && !fitsDouble(bytes.toString('latin1', start, at))) {
          return `The number ${bytes.toString('latin1', start, Math.min(at, start + 40))} cannot be held as written.`;
        }
        break;
      }
      case OPEN:
        if (++depth > maxDepth) return `The JSON is nested deeper than ${limits.maxDepth} levels.`;
        break;
      case CLOSE:
        depth--;
        break;
      case COLON:
        keys++;
        break;
      default:
    }
    tokenEnd = at;
  }
  return { keys };
}

function firstToken(bytes: Buffer): string {
  let at = 0;
  while (begins[bytes[at] as number] === SPACE) at++;
  return String.fromCharCode(bytes[at] ?? 0);
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Keys of all objects in the value, or what is wrong with one. The depth is bounded by the scan before. */
function countKeys(value: object, maxKeys: number): number | string {
  let total = 0;
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) {
      if (!isContainer(item)) continue;
      const inside = countKeys(item, maxKeys);
      if (typeof inside === 'string') return inside;
      total += inside;
    }
    return total;
  }
  let own = 0;
  // JSON.parse makes plain objects: nothing enumerable is inherited.
  for (const key in value) {
    own++;
    if (key === '__proto__') return 'The key "__proto__" is refused.';
    const item = (value as Record<string, unknown>)[key];
    if (!isContainer(item)) continue;
    if (key === 'constructor' && Object.hasOwn(item, 'prototype')) return 'The key "constructor.prototype" is refused.';
    const inside = countKeys(item, maxKeys);
    if (typeof inside === 'string') return inside;
    total += inside;
  }
  if (own > maxKeys) return `An object has more than ${maxKeys} keys.`;
  return total + own;
}
