/**
 * The statement that finds which claims a page shows, put together from fixed fragments. Its text depends on which
 * filters there are and never on their values.
 */
import { readSql } from '@ledgerline/database';
import { createStatementValues, fillMarkers } from '../filters/statement-values.ts';
import type { CursorKey } from '../reading/cursor.ts';
import type { ChosenClaims, ReadAt } from './claim-conditions.ts';
import { claimConditions } from './claim-conditions.ts';
import { type ClaimOrder, type Direction, orderFragments } from './order.ts';

export type ClaimsSpec = ChosenClaims & {
  readonly order: ClaimOrder;
  readonly from: { readonly direction: Direction; readonly key: CursorKey } | null;
  readonly limit: number;
};

export type ClaimKeysRow = {
  readonly live: number;
  readonly log_id: string;
  readonly offsets: number[];
  /** One more than the limit where there are more, in the direction of reading. */
  readonly keys: readonly (readonly [sortKey: string, subject: string, version: number])[];
};

const sql = readSql(new URL('../sql/claim-keys.sql', import.meta.url));

export function claimKeysStatement(spec: ClaimsSpec, read: ReadAt): { text: string; values: readonly unknown[] } {
  const values = createStatementValues();
  const { conditions, rank } = claimConditions(spec, read, values);
  const order = orderFragments(spec.order, rank, spec.from, values);
  const all = conditions.join('\n        and ');
  const text = fillMarkers(sql, {
    conditions: order.beyond === null ? all : `${all}\n        and ${order.beyond}`,
    order: order.orderBy,
    'sort-key': order.sortKey,
    limit: `${values.add(spec.limit + 1)}::int`,
  });
  return { text, values: values.values };
}
