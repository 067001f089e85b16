/**
 * What became different in the timeline as a feed: each entry is an item of `GET /v1/changes`, and comes once the journal
 * and the timeline both hold it, so that a read shows it. Filters look at the claim before and after: the database chooses.
 */
import type { Pool } from 'pg';
import { readChanges } from '../changes/read-changes.ts';
import type { Feed } from './feed.ts';

export function createChangeFeed(pool: Pool): Feed {
  return {
    name: 'changes',
    views: ['journal', 'timeline'],
    isShared: false,
    async read(read, { after, until, limit, selection }) {
      const { filters = {}, dateMatch } = selection ?? {};
      const found = await readChanges({ pool }, read, { filters, dateMatch, after, until, from: null, limit });
      const entries = found.items.map(({ position: offsets, token, text: item }) => ({
        position: { offsets, token },
        item,
        matchable: null,
      }));
      return { entries, reached: found.reached };
    },
  };
}
