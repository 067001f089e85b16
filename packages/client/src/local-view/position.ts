/**
 * The inside of a position, as far as a local view must look into it: to say whether it has reached another one. To
 * everyone else positions are opaque.
 */

/** By partition; null where the position says nothing (a write names only what it wrote). */
type Offsets = readonly (number | null)[];

/** Whether a view at `held` has applied everything before `wanted`. False for positions of two logs, or unreadable ones. */
export function hasReached(held: string, wanted: string): boolean {
  const [of, at] = [parse(held), parse(wanted)];
  if (of === null || at === null || of.logId !== at.logId) return false;
  return at.offsets.every((offset, partition) => offset === null || (of.offsets[partition] ?? 0) >= offset);
}

function parse(token: string): { readonly logId: string; readonly offsets: Offsets } | null {
  try {
    const [version, logId, offsets] = JSON.parse(atob(token.replaceAll('-', '+').replaceAll('_', '/'))) as unknown[];
    return version === 1 ? { logId: String(logId), offsets: offsets as Offsets } : null;
  } catch {
    return null;
  }
}
