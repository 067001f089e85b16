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
import { versionColumns } from './version-row.ts';

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
  async apply({ partition, events }, tx) {
    // Those of first reports too: COPY has no `on conflict`.
    const subjects = new Set(events.map(({ event }) => event.subject));
    const known = await readClaims(tx, [...subjects], retractedSubjects(events));
    const { versions, ended, facts, statusChanges, ignored } = foldTimeline(known, events);
    if (ended.length > 0) await tx.query({ text: endVersionsSql, values: [JSON.stringify(ended)] });
    if (versions.length > 0) {
      const vectors = await makeVectors(tx, versions);
      const rows = versions.map((row, at) => ({ ...row, search: vectors[at] as Buffer }));
      await tx.copy(copyVersionsSql, encodeRows(rows, versionColumns));
    }
    if (facts.length + statusChanges.length > 0) {
      const values = [partition, JSON.stringify(facts), JSON.stringify(statusChanges)];
      await tx.query({ name: 'write-facts', text: writeFactsSql, values });
    }
    return ignored;
  },
};

function retractedSubjects(events: readonly ProjectedEvent[]): Set<string> {
  return new Set(events.flatMap(({ event }) => (event.type === 'claim.retracted.v1' ? [event.subject] : [])));
}
