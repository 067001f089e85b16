/**
 * The timeline: every version of every claim by position, the relations between claims, and the lifecycle of
 * measures. All of a subject's events share a partition, so its versions are ordered by offset alone.
 */
import { readSql } from '@ledgerline/database';
import { encodeRows, type ProjectedEvent, type View } from '@ledgerline/projection';
import { foldTimeline } from './fold-timeline.ts';
import { readClaims } from './read-claims.ts';
import { makeVectors } from './search-vectors.ts';
import { timelineTraces } from './traces.ts';
import { type VersionRow, versionColumns } from './version-row.ts';

// Not prepared, nor is what reads claims: a plan made while the tables were small would be kept when they are large.
const endVersionsSql = readSql(new URL('./sql/end-versions.sql', import.meta.url));
const copyVersionsSql = readSql(new URL('./sql/copy-versions.sql', import.meta.url));
const writeFactsSql = readSql(new URL('./sql/write-facts.sql', import.meta.url));

export const timelineView: View = {
  name: 'timeline',
  version: 3,
  tables: readSql(new URL('./sql/tables.sql', import.meta.url)),
  claimColumns: ['subject', 'target'],
  traces: timelineTraces,
  async prepare({ partition, events }, tx) {
    // Those of first reports too: COPY has no `on conflict`.
    const subjects = new Set(events.map(({ event }) => event.subject));
    const known = await readClaims(tx, [...subjects], retractedSubjects(events));
    const { versions, ended, facts, statusChanges, ignored } = foldTimeline(known, events);
    const rows = versions.length === 0 ? null : encodeVersions(versions, await makeVectors(tx, versions));
    const endings = ended.length === 0 ? null : [JSON.stringify(ended)];
    const hasOthers = facts.length + statusChanges.length > 0;
    const others = hasOthers ? [partition, JSON.stringify(facts), JSON.stringify(statusChanges)] : null;
    return async () => {
      if (endings !== null) await tx.query({ text: endVersionsSql, values: endings });
      if (rows !== null) await tx.copy(copyVersionsSql, rows);
      if (others !== null) await tx.query({ name: 'write-facts', text: writeFactsSql, values: others });
      return ignored;
    };
  },
};

/** @param vectors of the versions, in their order */
function encodeVersions(versions: readonly VersionRow[], vectors: readonly Buffer[]): Buffer {
  const rows = versions.map((version, at) => ({ ...version, search: vectors[at] as Buffer }));
  return encodeRows(rows, versionColumns);
}

function retractedSubjects(events: readonly ProjectedEvent[]): Set<string> {
  return new Set(events.flatMap(({ event }) => (event.type === 'claim.retracted.v1' ? [event.subject] : [])));
}
