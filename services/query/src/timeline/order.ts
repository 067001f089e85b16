/** The orders of a list of claims, each with a key that no two claims share: the way on from a row is a comparison. */

import type { StatementValues } from '../filters/statement-values.ts';
import type { CursorKey } from '../reading/cursor.ts';
import { exactTimeOf } from '../reading/exact-time.ts';

export const claimOrders = ['occurred', '-occurred', 'recorded', '-recorded', '-relevance'] as const;

export type ClaimOrder = (typeof claimOrders)[number];

export type Direction = 'next' | 'prev';

type SortKey = {
  /** As text in a cursor: exact, and independent of the session. */
  readonly asText: string;
  readonly column: string;
  readonly cast: string;
};

const keys = {
  occurred: { column: 'v.occurred_sort', asText: 'v.occurred_sort::text', cast: 'date' },
  recorded: {
    column: 'v.first_recorded_at',
    asText: exactTimeOf('v.first_recorded_at'),
    cast: 'timestamptz',
  },
} as const satisfies Record<string, SortKey>;

export type OrderFragments = {
  /** What is sorted by, before the subject. */
  readonly sortValue: string;
  /** For `order by`, in the direction of reading: backwards for the page before. */
  readonly orderBy: string;
  /** The same of rows that have `sort_value` and `subject`. */
  readonly orderOfKeys: string;
  readonly sortKey: string;
  /** Rows beyond the key, in that direction; null on a first page. */
  readonly beyond: string | null;
};

/** @param rank the SQL of the relevance, for `-relevance` */
export function orderFragments(
  order: ClaimOrder,
  rank: string | null,
  position: { readonly direction: Direction; readonly key: CursorKey } | null,
  values: StatementValues,
): OrderFragments {
  const [sort, subject] = position?.key ?? [];
  if (order === '-relevance') {
    const column = rank ?? '0::float4';
    const forward = position?.direction !== 'prev';
    return {
      sortValue: column,
      orderBy: forward ? `${column} desc, v.subject` : `${column}, v.subject desc`,
      orderOfKeys: forward ? 'k.sort_value desc, k.subject' : 'k.sort_value, k.subject desc',
      sortKey: `(${column})::text`,
      beyond: position && relevanceBeyond(column, forward, `${values.add(sort)}::float4`, values.add(subject)),
    };
  }
  const { column, asText, cast } =
    keys[order.startsWith('-') ? (order.slice(1) as keyof typeof keys) : (order as keyof typeof keys)];
  const ascending = order.startsWith('-') === (position?.direction === 'prev');
  return {
    sortValue: column,
    orderBy: ascending ? `${column}, v.subject` : `${column} desc, v.subject desc`,
    orderOfKeys: ascending ? 'k.sort_value, k.subject' : 'k.sort_value desc, k.subject desc',
    sortKey: asText,
    // A row comparison is one range of the index (occurred_sort, subject), forwards or backwards.
    beyond:
      position &&
      `(${column}, v.subject) ${ascending ? '>' : '<'} (${values.add(sort)}::${cast}, ${values.add(subject)})`,
  };
}

function relevanceBeyond(column: string, forward: boolean, rank: string, subject: string): string {
  return forward
    ? `(${column} < ${rank} or (${column} = ${rank} and v.subject > ${subject}))`
    : `(${column} > ${rank} or (${column} = ${rank} and v.subject < ${subject}))`;
}
