/**
 * What became different in the timeline as a feed: each entry is an item of `GET /v1/changes`, and comes once the journal
 * and the timeline both hold it, so that a read shows it. Filters look at the claim before and after: the database chooses.
 */
import type { Pool } from 'pg';
import { readAmendments } from '../amendments/read-amendments.ts';
import { readChanges } from '../changes/read-changes.ts';
import type { Located } from '../reading/locate.ts';
import type { Feed } from './feed.ts';
import { nothingAmended, streamPosition } from './stream-position.ts';

export function createChangeFeed(pool: Pool): Feed {
  return {
    name: 'changes',
    views: ['journal', 'timeline'],
    isShared: false,
    async read(read, { after, until, amended = nothingAmended, limit, selection }) {
      const { filters = {}, dateMatch } = selection ?? {};
      const spec = { filters, dateMatch, after, until, amended, from: null, limit };
      const found = await readChanges({ pool }, read, spec);
      const entries = found.items.map(({ position: offsets, token, text: item }) => ({
        position: { offsets, amended, token },
        item,
        matchable: null,
      }));
      return { entries, reached: found.reached };
    },
    amendments: {
      latest: lastAmendment,
      async read(read, { offsets: at, amended: told }, selection) {
        const { filters = {}, dateMatch } = selection ?? {};
        const latest = lastAmendment(read.located);
        const found = await readAmendments(pool, read, { at, told, latest, filters, dateMatch });
        const entries = found.items.map(({ told: amended, token, item }) => ({
          position: { offsets: at, amended, token },
          ...(item === null ? { item: unnamed, isGap: true } : { item }),
          matchable: null,
        }));
        return { entries, after: streamPosition(read.logId, at, found.reached) };
      },
    },
  };
}

function lastAmendment({ views }: Located): number {
  return views.get('timeline')?.amended ?? 0;
}

/** More claims are different than are named. */
const unnamed = JSON.stringify({ reason: 'rebuilt', records: [] });
