/**
 * Claims as the JSON text of their items: what their rows say from those shown before or else from the view, and of the
 * claims that have relations, or had, these as they stand at the position.
 */
import type { Read } from '../read-context.ts';
import { type ClaimField, claimFields, isRelational } from './claim-fields.ts';
import {
  type ClaimItemsSpec,
  claimRelationsStatement,
  claimRowsStatement,
  type ItemsStatement,
  itemSeparator,
  partSeparator,
} from './claim-items-statement.ts';
import type { ClaimKey } from './claim-keys-statement.ts';
import { type ItemText, type RecentItem, recentItems, toItemText } from './recent-items.ts';

/** `schema`: of the timeline's generation. */
export type ItemsRead = Pick<Read, 'logId' | 'at' | 'knownBy' | 'query'> & { readonly schema: string };

/** In the order of the keys, of which no two are of one claim. @param fields members of the items; null: all */
export async function readClaimItems(
  read: ItemsRead,
  keys: readonly ClaimKey[],
  fields: readonly ClaimField[] | null,
): Promise<ItemText[]> {
  const recent = recentItems(read.schema, fields);
  const shown = fields ?? claimFields;
  const known = keys.map((key) => recent.get(key));
  const missing = keys.filter((_, index) => known[index] === undefined);
  const [rows, relations] = await Promise.all([
    readRows(read, missing, fields),
    shown.some(isRelational) ? readRelations(read, keys, fields) : new Map<number, string>(),
  ]);
  const nextRow = rows.values();
  return keys.map((key, index) => {
    const item = known[index] ?? toRecentItem(nextRow.next().value ?? '', key, shown);
    if (known[index] === undefined) recent.keep(key, item);
    const related = relations.get(index);
    return related === undefined ? item : toItemText(Buffer.concat([item.head, Buffer.from(related), item.tail]));
  });
}

async function readRows(
  read: ItemsRead,
  keys: readonly ClaimKey[],
  fields: readonly ClaimField[] | null,
): Promise<readonly string[]> {
  const rows = await readTexts(read, keys, (spec) => claimRowsStatement({ ...spec, fields }));
  if (rows.length !== keys.length) throw new Error('a version is gone between two statements of one page');
  return rows;
}

/** The members that say of relations, by the place of the key; none where a claim never had any. */
async function readRelations(
  read: ItemsRead,
  keys: readonly ClaimKey[],
  fields: readonly ClaimField[] | null,
): Promise<ReadonlyMap<number, string>> {
  const texts = await readTexts(read, keys, (spec) => claimRelationsStatement({ ...spec, fields }));
  const parts = texts.map((text) => text.split(partSeparator));
  return new Map(parts.map(([number, object = '{}']) => [Number(number) - 1, object.slice(1, -1)]));
}

async function readTexts(
  { logId, at, knownBy, query }: ItemsRead,
  keys: readonly ClaimKey[],
  statementOf: (spec: ClaimItemsSpec) => ItemsStatement,
): Promise<readonly string[]> {
  if (keys.length === 0) return [];
  const versions = keys.map(([, subject, version]) => ({ subject, version }));
  const [row] = await query<{ items: string | null }>(statementOf({ versions, logId, at, knownBy }));
  return row?.items?.split(itemSeparator) ?? [];
}

/** @param row what is said before and after the relational members, as two objects */
function toRecentItem(row: string, [, subject]: ClaimKey, shown: readonly ClaimField[]): RecentItem {
  const [before, after] = row.split(partSeparator).map((object) => object.slice(1, -1)) as [string, string];
  // Nobody ever linked it: it is an incident of its own.
  const alone = [
    ...(shown.includes('relations') ? ['"relations" : []'] : []),
    ...(shown.includes('incident') ? [`"incident" : ${JSON.stringify(subject)}`] : []),
  ].join(', ');
  const between = (one: string, other: string) => (one === '' || other === '' ? '' : ', ');
  const head = `{${before}${between(before, alone)}`;
  const tail = `${between(before + alone, after)}${after}}`;
  const bytes = Buffer.from(head + alone + tail);
  const headBytes = Buffer.byteLength(head);
  return {
    ...toItemText(bytes),
    head: bytes.subarray(0, headBytes),
    tail: bytes.subarray(headBytes + Buffer.byteLength(alone)),
  };
}
