/**
 * Positions as clients see them: an opaque token that names, for one log, the next offset of its partitions.
 * base64url of JSON `[version, logId, offsets]`; a partial position (a write's) has null where it says nothing.
 */
import type { Offsets } from './port.ts';

export type Position = { readonly logId: string; readonly offsets: readonly (number | null)[] };

export function toPositionToken(position: Position): string {
  return Buffer.from(JSON.stringify([1, position.logId, position.offsets])).toString('base64url');
}

/**
 * The same for many full positions of one log: all but the offsets is encoded once (base64 takes three bytes at a time).
 * For one token an event in what is read by the hundred thousand.
 */
export function createTokenWriter(logId: string): (offsets: Offsets) => string {
  const head = Buffer.from(JSON.stringify([1, logId, []]).slice(0, -2));
  const whole = head.length - (head.length % 3);
  const encoded = head.toString('base64url', 0, whole);
  const rest = head.toString('latin1', whole);
  return (offsets) => encoded + Buffer.from(`${rest}${offsets.join(',')}]]`, 'latin1').toString('base64url');
}

/** null where the token is malformed; whether it is of this log is the caller's to check. */
export function parsePositionToken(token: string): Position | null {
  if (token.length > 4096 || !/^[A-Za-z0-9_-]+$/.test(token)) return null;
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.toString('base64url') !== token) return null;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
  if (!Array.isArray(value) || value.length !== 3 || value[0] !== 1) return null;
  const [, logId, offsets] = value as [1, unknown, unknown];
  if (typeof logId !== 'string' || !Array.isArray(offsets) || offsets.length === 0) return null;
  const valid = offsets.every((o) => o === null || (Number.isSafeInteger(o) && o >= 0));
  return valid ? { logId, offsets: offsets as (number | null)[] } : null;
}

/** The partial position after one stored record. */
export function positionAfter(
  logId: string,
  partitions: number,
  stored: { partition: number; offset: number }[],
): Position {
  const offsets: (number | null)[] = Array.from({ length: partitions }, () => null);
  for (const { partition, offset } of stored) offsets[partition] = Math.max(offsets[partition] ?? 0, offset + 1);
  return { logId, offsets };
}

/** Every partition that `wanted` names has been reached by `held`. */
export function hasReached(held: Offsets, wanted: Position): boolean {
  return wanted.offsets.every((offset, partition) => offset === null || (held[partition] ?? 0) >= offset);
}
