/**
 * One escape inside a JSON string: refuses NUL and half surrogate pairs, which JSON allows and PostgreSQL doesn't.
 * What is no escape at all is left for JSON.parse to refuse.
 */
const NUL = 'The escape \\u0000 is refused.';
const LONE = 'A string contains half a surrogate pair.';
const SMALL_U = 0x75;
const BACKSLASH = 0x5c;

/** Where the string goes on after the escape at `at`, or why it is refused. */
export function scanEscape(bytes: Buffer, at: number): number | string {
  if (bytes[at + 1] !== SMALL_U) return at + 2;
  const unit = hexUnit(bytes, at + 2);
  if (unit === 0) return NUL;
  if (unit < 0xd800 || unit > 0xdfff) return at + 6;
  const isPair =
    unit < 0xdc00 && bytes[at + 6] === BACKSLASH && bytes[at + 7] === SMALL_U && isLow(hexUnit(bytes, at + 8));
  return isPair ? at + 12 : LONE;
}

const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

/** The code unit of four hexadecimal digits; -1 where they are none. */
function hexUnit(bytes: Buffer, at: number): number {
  const digits = bytes.toString('latin1', at, at + 4);
  return /^[0-9A-Fa-f]{4}$/.test(digits) ? Number.parseInt(digits, 16) : -1;
}
