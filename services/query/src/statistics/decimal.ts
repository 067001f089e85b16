/**
 * Arithmetic on the decimals that people wrote: 0.1 + 0.2 is 0.3. Numbers are taken by their shortest decimal text,
 * calculated with exactly, and turned back into the nearest double, so no binary noise is ever shown.
 * A quotient alone may have no end: it is cut at 12 significant digits, in the direction the caller asks for.
 */

/** `digits` · 10^-`scale`. */
type Decimal = { readonly digits: bigint; readonly scale: number };

export type Rounding = 'down' | 'up' | 'nearest';

const QUOTIENT_DIGITS = 12;

/** `a + b`, both finite. */
export function addDecimals(a: number, b: number): number {
  if (Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(a + b)) return a + b;
  const [x, y] = aligned(toDecimal(a), toDecimal(b));
  return toNumber({ digits: x.digits + y.digits, scale: x.scale });
}

/** `a - b`, both finite. */
export function subtractDecimals(a: number, b: number): number {
  return addDecimals(a, -b);
}

/** `a / b` for finite `a` ≥ 0 and `b` > 0, to 12 significant digits; exact quotients that short stay exact. */
export function divideDecimals(a: number, b: number, rounding: Rounding): number {
  const [x, y] = aligned(toDecimal(a), toDecimal(b));
  if (x.digits === 0n) return 0;
  // Moves the quotient into [10^11, 10^13): at least 12 digits before the point, one more at most.
  const shift = QUOTIENT_DIGITS + String(y.digits).length - String(x.digits).length;
  const numerator = shift > 0 ? x.digits * 10n ** BigInt(shift) : x.digits;
  const denominator = shift < 0 ? y.digits * 10n ** BigInt(-shift) : y.digits;
  const excess = String(numerator / denominator).length - QUOTIENT_DIGITS;
  const step = denominator * 10n ** BigInt(Math.max(excess, 0));
  return toNumber({ digits: divideRounded(numerator, step, rounding), scale: shift - Math.max(excess, 0) });
}

function divideRounded(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const quotient = numerator / denominator;
  const remainder = numerator % denominator;
  switch (rounding) {
    case 'down':
      return quotient;
    case 'up':
      return remainder === 0n ? quotient : quotient + 1n;
    case 'nearest':
      return remainder * 2n < denominator ? quotient : quotient + 1n;
    default:
      throw new TypeError(`unknown rounding ${String(rounding satisfies never)}`);
  }
}

function toDecimal(value: number): Decimal {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale };
}

function toNumber({ digits, scale }: Decimal): number {
  return Number(`${digits}e${-scale}`);
}

function aligned(a: Decimal, b: Decimal): [Decimal, Decimal] {
  const scale = Math.max(a.scale, b.scale);
  return [scaledTo(a, scale), scaledTo(b, scale)];
}

function scaledTo({ digits, scale }: Decimal, wanted: number): Decimal {
  return { digits: digits * 10n ** BigInt(wanted - scale), scale: wanted };
}
