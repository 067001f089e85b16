/**
 * The timeline: every version of every claim by position, the relations between claims, and the lifecycle of
 * measures. All of a subject's events share a partition, so its versions are ordered by offset alone.
 */
import { readSql } from '@ledgerline/database';
import { encodeColumns, type ProjectedEvent, subjectsToLookUp, type View } from '@ledgerline/projection';
import { foldTimeline } from './fold-timeline.ts';
import { readClaims } from './read-claims.ts';
import { makeVectors, searchColumns } from './search-vectors.ts';
import { timelineTraces } from './traces.ts';
import { versionColumns } from './version-row.ts';

// Not prepared, nor is what reads claims: a plan made while the tables were small would be kept when they are large.
const endVersionsSql = readSql(new URL('./sql/end-versions.sql', import.meta.url));
const writeBatchSql = readSql(new URL('./sql/write-batch.sql', import.meta.url));

export const timelineView: View = {
  name: 'timeline',
  version: 3,
  tables: readSql(new URL('./sql/tables.sql', import.meta.url)),
  claimColumns: ['subject', 'target'],
  traces: timelineTraces,
  async apply({ partition, events }, tx) {
    const known = await readClaims(tx, subjectsToLookUp(events), retractedSubjects(events));
    const rows = foldTimeline(known, events);
    if (rows.ended.length > 0) await tx.query({ text: endVersionsSql, values: [JSON.stringify(rows.ended)] });
    const [result] = await tx.query<{ written: number }>({
      name: 'write-batch',
      text: writeBatchSql,
      values: [
        partition,
        JSON.stringify(rows.facts),
        JSON.stringify(rows.statusChanges),
        ...encodeColumns(rows.versions, versionColumns),
        ...encodeColumns(await makeVectors(tx, rows.versions), searchColumns),
      ],
    });
    const existing = rows.versions.length - (result?.written ?? 0);
    if (existing === 0) return rows.ignored;
    return { ...rows.ignored, 'subject-exists': (rows.ignored['subject-exists'] ?? 0) + existing };
  },
};

function retractedSubjects(events: readonly ProjectedEvent[]): Set<string> {
  return new Set(events.flatMap(({ event }) => (event.type === 'claim.retracted.v1' ? [event.subject] : [])));
}
