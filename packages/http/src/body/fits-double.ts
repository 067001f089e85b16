/**
 * Whether a number comes back from a double as it was written: 1.10 and 1e3 do, 1e400, 9007199254740993 and decimals
 * with more digits than a double tells apart don't. Integers beyond 2^53 are refused even where they happen to fit.
 */
const PARTS = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
const LARGEST_INTEGER = 2 ** 53;

/** True for what is no JSON number: JSON.parse refuses that with a better reason. */
export function fitsDouble(text: string): boolean {
  const parts = PARTS.exec(text);
  if (!parts) return true;
  const value = Number(text);
  if (!Number.isFinite(value)) return false;
  const isIntegerLiteral = parts[3] === undefined && parts[4] === undefined;
  if (isIntegerLiteral && Math.abs(value) > LARGEST_INTEGER) return false;
  return normalised(parts) === normalised(PARTS.exec(String(value)));
}

/** Significant digits and the power of ten of the last, with sign; `0` for any zero. */
function normalised(parts: RegExpExecArray | null): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = withoutTrailingZeros(digits);
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(exponent) - fraction.length + (digits.length - significant.length)}`;
}

/** A loop: /0+$/ takes quadratic time on zeros that don't end the text. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end--;
  return digits.slice(0, end);
}
