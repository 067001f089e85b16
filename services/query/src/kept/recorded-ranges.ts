/** All claims in ranges of when they were first recorded: rows that lie together, some thousands at a time. */
import { readSql } from '@ledgerline/database';
import type { StatementValues } from '../filters/statement-values.ts';
import type { Statement } from '../read-context.ts';
import type { LastRecorded } from '../reading/last-recorded.ts';

const sql = readSql(new URL('./sql/next-recorded.sql', import.meta.url));

/** Some 0.1 s of counting; and few enough of a large log to be read by the index. */
const claimsARange = 10_000;

/** RFC 3339 with microseconds; null: open. A claim's versions are all in one range. */
export type RecordedRange = { readonly after: string | null; readonly until: string | null };

/** Claims by name, or a range of them. */
export type Among = readonly string[] | RecordedRange;

type Reading = { query<Row>(statement: Statement): Promise<Row[]>; readonly lastRecorded: LastRecorded };

/** All there are at a position that nothing was recorded after `lastRecorded` at. */
export async function* recordedRanges({ query, lastRecorded }: Reading): AsyncGenerator<RecordedRange> {
  for (let after: string | null = null; ; ) {
    const values = [after ?? '-infinity', lastRecorded ?? 'infinity', claimsARange];
    const rows: { until: string }[] = await query<{ until: string }>({ text: sql, values });
    const until = rows[0]?.until ?? null;
    yield { after, until };
    if (until === null) return;
    after = until;
  }
}

/** On rows `v` of timeline.versions. */
export function amongConditions(among: Among, values: StatementValues): readonly string[] {
  // The subjects themselves, and not the statement that finds them: PostgreSQL would not know how few they are.
  if (!('after' in among)) return [`v.subject = any (${values.add(among)}::text[])`];
  const { after, until } = among;
  return [
    ...(after === null ? [] : [`v.first_recorded_at > ${values.add(after)}::timestamptz`]),
    ...(until === null ? [] : [`v.first_recorded_at <= ${values.add(until)}::timestamptz`]),
  ];
}
