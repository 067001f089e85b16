/**
 * The statistics: every figure of every version of a claim, as an interval by a named policy. Series, points and
 * comparisons are read from these rows; nothing is summed here.
 */
import { readSql } from '@ledgerline/database';
import {
  type ClaimHead,
  encodeColumns,
  eventKey,
  subjectsToLookUp,
  type View,
  type ViewTransaction,
} from '@ledgerline/projection';
import { figureColumns } from './figure-rows.ts';
import { claimColumns, concernsFigures, foldStatistics, type KnownClaim } from './fold-statistics.ts';
import { statisticsTraces } from './traces.ts';

// These two are not prepared: a plan made while the tables were small would be kept when they are large.
const endVersionsSql = readSql(new URL('./sql/end-versions.sql', import.meta.url));
const readClaimsSql = readSql(new URL('./sql/read-claims.sql', import.meta.url));
const writeBatchSql = readSql(new URL('./sql/write-batch.sql', import.meta.url));

export const statisticsView: View = {
  name: 'statistics',
  version: 5,
  tables: readSql(new URL('./sql/tables.sql', import.meta.url)),
  traces: statisticsTraces,
  async prepare({ partition, events }, tx) {
    const relevant = events.filter(concernsFigures);
    if (relevant.length === 0) return () => Promise.resolve({});
    const { ended, claims, figures, ignored } = foldStatistics(
      await readClaims(tx, subjectsToLookUp(relevant)),
      relevant,
    );
    const count = claims.length;
    const values = [partition, ...encodeColumns(claims, claimColumns), ...encodeColumns(figures, figureColumns)];
    return async () => {
      if (ended.length > 0) await tx.query({ text: endVersionsSql, values: [JSON.stringify(ended)] });
      const [result] = await tx.query<{ written: number }>({ name: 'write-batch', text: writeBatchSql, values });
      const existing = count - (result?.written ?? 0);
      if (existing === 0) return ignored;
      return { ...ignored, 'subject-exists': (ignored['subject-exists'] ?? 0) + existing };
    };
  },
};

async function readClaims(tx: ViewTransaction, subjects: readonly string[]): Promise<ReadonlyMap<string, KnownClaim>> {
  if (subjects.length === 0) return new Map();
  type Row = {
    readonly subject: string;
    readonly version: number;
    readonly kind: ClaimHead['kind'];
    readonly type: string;
    readonly state: string;
    readonly title: string;
    readonly published: ClaimHead['published'];
    readonly first_recorded_at: string;
    readonly events: readonly [source: string, id: string][];
  };
  const rows = await tx.query<Row>({ text: readClaimsSql, values: [subjects] });
  const known = rows.map(({ title, state, first_recorded_at, events, ...row }): [string, KnownClaim] => {
    const seen = new Set(events.map(([source, id]) => eventKey(source, id)));
    const head = { ...row, retracted: state === 'retracted', firstRecordedAt: first_recorded_at, seen };
    return [row.subject, { head, title }];
  });
  return new Map(known);
}
