/**
 * Positions as clients see them: an opaque token that names, for one log, the next offset of its partitions.
 * base64url of JSON `[version, logId, offsets]`; a partial position (a write's) has null where it says nothing. A stream
 * of changes adds what it has told apart from events.
 */
import type { Offsets } from './port.ts';

export type Position = {
  readonly logId: string;
  readonly offsets: readonly (number | null)[];
  readonly amended?: Amended | undefined;
};

/**
 * Amendments of what readers see, which are no events (docs/decisions/0021): all that a stream has told up to `id`, and of
 * the next one its first `named` claims. Wherever else a position is taken it says nothing.
 */
export type Amended = { readonly id: number; readonly named: number };

export function toPositionToken({ logId, offsets, amended }: Position): string {
  const { id = 0, named = 0 } = amended ?? {};
  const told = named > 0 ? [id, named] : id > 0 ? [id] : [];
  return Buffer.from(JSON.stringify([1, logId, offsets, ...told])).toString('base64url');
}

/**
 * The same for many positions of one log: all but the offsets is encoded once (base64 takes three bytes at a time). For one
 * token an event in what is written one by one, and read by the hundred thousand.
 */
export function createTokenWriter(logId: string): (offsets: Position['offsets']) => string {
  const head = Buffer.from(JSON.stringify([1, logId, []]).slice(0, -3));
  const whole = head.length - (head.length % 3);
  const encoded = head.toString('base64url', 0, whole);
  const rest = head.toString('latin1', whole);
  return (offsets) => encoded + Buffer.from(`${rest}${JSON.stringify(offsets)}]`, 'latin1').toString('base64url');
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
  if (!Array.isArray(value) || value.length < 3 || value.length > 5 || value[0] !== 1) return null;
  const [, logId, offsets, ...told] = value as [1, unknown, unknown, ...unknown[]];
  const isCount = (given: unknown): given is number => Number.isSafeInteger(given) && (given as number) >= 0;
  if (!told.every(isCount)) return null;
  if (typeof logId !== 'string' || !Array.isArray(offsets) || offsets.length === 0) return null;
  if (!offsets.every((o) => o === null || isCount(o))) return null;
  const [id, named = 0] = told;
  return { logId, offsets: offsets as (number | null)[], ...(id !== undefined && { amended: { id, named } }) };
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
