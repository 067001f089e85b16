/**
 * JSON text of claims' versions that were shown before. A version's row says the same for ever, or its stamp changes; only
 * its relations come and go, so texts that show them are kept of claims alone that never had any. Building the text of
 * fifty claims takes PostgreSQL three times as long as finding them.
 */
import type { ClaimField } from './claim-fields.ts';
import type { ClaimKey } from './claim-keys-statement.ts';

export type RecentItems = {
  /** undefined where it was not kept. */
  get(key: ClaimKey): string | undefined;
  keep(key: ClaimKey, text: string): void;
};

/** Characters of all texts, keys not counted: the size of some ten thousand claims. */
const maxCharacters = 16_000_000;

const texts = new Map<string, string>();
let characters = 0;

/** @param schema of the generation; @param fields that the items show, null: all */
export function recentItems(schema: string, fields: readonly ClaimField[] | null): RecentItems {
  const shape = `${schema} ${fields === null ? '' : fields.join()}`;
  const showsRelations = fields === null || fields.includes('relations') || fields.includes('incident');
  const nameOf = ([, subject, version, stamp]: ClaimKey) => `${shape} ${subject} ${version} ${stamp}`;
  return {
    get(key) {
      if (showsRelations && key[4]) return undefined;
      const name = nameOf(key);
      const text = texts.get(name);
      if (text === undefined) return undefined;
      // The longest unused are first.
      texts.delete(name);
      texts.set(name, text);
      return text;
    },
    keep(key, text) {
      if (showsRelations && key[4]) return;
      const name = nameOf(key);
      characters += text.length - (texts.get(name)?.length ?? 0);
      texts.delete(name);
      texts.set(name, text);
      for (const [oldest, { length }] of texts) {
        if (characters <= maxCharacters) return;
        texts.delete(oldest);
        characters -= length;
      }
    },
  };
}
