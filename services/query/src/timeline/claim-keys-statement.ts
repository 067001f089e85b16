/**
 * The statement that finds which claims a page shows, put together from fixed fragments. Its text depends on which
 * filters there are and never on their values.
 */
import { readSql } from '@ledgerline/database';
import { createStatementValues, fillMarkers } from '../filters/statement-values.ts';
import type { CursorKey } from '../reading/cursor.ts';
import type { ChosenClaims, ReadAt } from './claim-conditions.ts';
import { claimConditions } from './claim-conditions.ts';
import { occurredBranches } from './occurred-branches.ts';
import { type ClaimOrder, type Direction, orderFragments } from './order.ts';

export type ClaimsSpec = ChosenClaims & {
  readonly order: ClaimOrder;
  readonly from: { readonly direction: Direction; readonly key: CursorKey } | null;
  readonly limit: number;
};

/** `stamp` changes whenever the row does. */
export type ClaimKey = readonly [sortKey: string, subject: string, version: number, stamp: string];

export type ClaimKeysRow = {
  /** null where the view has no generation. */
  readonly live: number | null;
  readonly held: { readonly logId: string; readonly offsets: number[] };
  /** One more than the limit where there are more, in the direction of reading. */
  readonly keys: readonly ClaimKey[];
};

const sql = {
  keys: readSql(new URL('../sql/claim-keys.sql', import.meta.url)),
  branch: readSql(new URL('../sql/fragments/keys-in-order.sql', import.meta.url)),
};

export function claimKeysStatement(spec: ClaimsSpec, read: ReadAt): { text: string; values: readonly unknown[] } {
  const values = createStatementValues();
  const { conditions, rank } = claimConditions(spec, read, values);
  const order = orderFragments(spec.order, rank, spec.from, values);
  const limit = `${values.add(spec.limit + 1)}::int`;
  const beyond = order.beyond === null ? [] : [order.beyond];
  const branches = occurredBranches(spec.filters, spec.dateMatch, values).map((branch) =>
    fillMarkers(sql.branch, {
      conditions: [...conditions, ...beyond, ...branch].join('\n            and '),
      order: order.orderBy,
      'sort-value': order.sortValue,
      'sort-key': order.sortKey,
      limit,
    }),
  );
  const text = fillMarkers(sql.keys, {
    branches: branches.join('union all '),
    'order-of-keys': order.orderOfKeys,
    limit,
  });
  return { text, values: values.values };
}
