/**
 * JSON text of claims' versions that were shown before, as bytes that go out as they are. A version's row says the same for
 * ever, or its stamp changes; what is kept is the item of a claim without relations, and where those belong. Building the
 * text of fifty claims takes PostgreSQL three times as long as finding them.
 */
import { hash } from 'node:crypto';
import type { ClaimField } from './claim-fields.ts';
import type { ClaimKey } from './claim-keys-statement.ts';

/** An item; two with one digest are the same. */
export type ItemText = { readonly bytes: Buffer; readonly digest: string };

export type RecentItem = ItemText & {
  /** Bytes before and after the members that say of relations. */
  readonly head: Buffer;
  readonly tail: Buffer;
};

export type RecentItems = {
  /** undefined where it was not kept. */
  get(key: ClaimKey): RecentItem | undefined;
  keep(key: ClaimKey, item: RecentItem): void;
};

/** Of all texts, keys not counted: the size of some ten thousand claims. */
const maxBytes = 16_000_000;

const items = new Map<string, RecentItem>();
let bytes = 0;

/** @param schema of the generation; @param fields that the items show, null: all */
export function recentItems(schema: string, fields: readonly ClaimField[] | null): RecentItems {
  const shape = `${schema} ${fields === null ? '' : fields.join()}`;
  const nameOf = ([, subject, version, stamp]: ClaimKey) => `${shape} ${subject} ${version} ${stamp}`;
  return {
    get(key) {
      const name = nameOf(key);
      const item = items.get(name);
      if (item === undefined) return undefined;
      // The longest unused are first.
      items.delete(name);
      items.set(name, item);
      return item;
    },
    keep(key, item) {
      const name = nameOf(key);
      bytes += item.bytes.length - (items.get(name)?.bytes.length ?? 0);
      items.delete(name);
      items.set(name, item);
      for (const [oldest, kept] of items) {
        if (bytes <= maxBytes) return;
        items.delete(oldest);
        bytes -= kept.bytes.length;
      }
    },
  };
}

export function toItemText(encoded: Buffer): ItemText {
  return { bytes: encoded, digest: hash('sha1', encoded, 'base64url') };
}
