/** Claims as one generation of the timeline has them at a position, be it live or kept. */
import { readSql } from '@ledgerline/database';
import type { Offsets } from '@ledgerline/log';
import { bindSchema } from '@ledgerline/projection';
import type { Pool } from 'pg';
import type { EventFilters } from '../filters/claim-filters.ts';
import { filterConditions } from '../filters/filter-conditions.ts';
import { type Languages, searchConditions } from '../filters/search-conditions.ts';
import { parseSearch } from '../filters/search-query.ts';
import { createStatementValues, fillMarkers } from '../filters/statement-values.ts';
import type { Statement } from '../read-context.ts';
import type { DateMatch } from '../reading/clock-parameters.ts';
import { claimItemsThenStatement, itemSeparator } from '../timeline/claim-items-statement.ts';
import { visibility } from '../timeline/visibility.ts';

export type ClaimThen = {
  /** JSON text of the claim's item; null: it is not there at the position. */
  readonly item: string | null;
  /** The filters leave it. */
  readonly matches: boolean;
  /** It is there at some position. */
  readonly isKnown: boolean;
  /** By what this generation has of it. */
  readonly isUnlawful: boolean;
};

export type ClaimsThen = {
  readonly logId: string;
  readonly at: Offsets;
  readonly filters: EventFilters;
  readonly dateMatch: DateMatch | undefined;
  readonly languages: Languages;
};

const sql = readSql(new URL('./sql/claims-then.sql', import.meta.url));

/** By subject. @param schema of the generation; throws where it, or what is read of it, is not there (any more) */
export async function claimsThen(
  pool: Pool,
  schema: string,
  subjects: readonly string[],
  then: ClaimsThen,
): Promise<ReadonlyMap<string, ClaimThen>> {
  const query = async <Row>({ text, values = [] }: Statement): Promise<Row[]> =>
    (await pool.query({ text: bindSchema(text, 'timeline', schema), values: [...values] })).rows as Row[];
  type Found = {
    subject: string;
    version: number | null;
    matches: boolean | null;
    isKnown: boolean;
    isUnlawful: boolean;
  };
  const found = await query<Found>(claimsThenStatement(subjects, then));
  const versions = found.flatMap(({ subject, version }) => (version === null ? [] : [{ subject, version }]));
  const { logId, at } = then;
  const rows =
    versions.length === 0
      ? []
      : await query<{ items: string | null }>(
          claimItemsThenStatement({ versions, logId, at: versions.map(() => at), knownBy: null }),
        );
  const items = (rows[0]?.items?.split(itemSeparator) ?? []).values();
  return new Map(
    found.map(({ subject, version, matches, ...flags }) => {
      const item = version === null ? null : (items.next().value ?? null);
      return [subject, { item, matches: matches === true, ...flags }];
    }),
  );
}

function claimsThenStatement(
  subjects: readonly string[],
  { at, filters, dateMatch, languages }: ClaimsThen,
): { text: string; values: readonly unknown[] } {
  const values = createStatementValues();
  const { state, q } = filters;
  const matching = [
    'v.version is not null',
    ...(state === 'current' || state === 'retracted' ? [`v.state = '${state}'`] : []),
    ...filterConditions(filters, values, { dateMatch, sourceColumn: 'v.event_source' }),
    ...searchConditions(parseSearch(q ?? ''), values, languages).conditions,
  ];
  const text = fillMarkers(sql, {
    subjects: values.add(subjects),
    conditions: visibility(at, null, values).version.join(' and '),
    matches: `(${matching.join(' and ')})`,
  });
  return { text, values: values.values };
}
