/** What full-text search looks through. */
import type { ClaimData, Kind } from '../schema/claims.ts';

/** Title, summary, content and excerpts, a line each, as recorded: folding and stemming are the index's. */
export function claimSearchText(_kind: Kind, data: ClaimData): string {
  const parts = [data.title];
  if (data.summary !== undefined) parts.push(data.summary);
  if ('content' in data) parts.push(data.content);
  for (const { excerpt } of data.reports) if (excerpt !== undefined) parts.push(excerpt);
  return parts.join('\n');
}
