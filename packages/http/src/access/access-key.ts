/**
 * Keys and what they open. Only SHA-256 hashes are kept: a key has 256 random bits, so that a slow hash would add
 * nothing. Scopes are independent: `admin` does not include `write`.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

export const scopes = ['write', 'read', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Who a credential belongs to, and what it opens. */
export type Grant = { readonly name: string; readonly scopes: readonly Scope[] };

export function isScope(text: string): text is Scope {
  return scopes.some((scope) => scope === text);
}

export const accessKeySchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1–64 of A-Z a-z 0-9 . _ -'),
  hash: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hexadecimal digits'),
  scopes: z.array(z.enum(scopes)).min(1),
});
export type AccessKey = z.output<typeof accessKeySchema>;

/** A new key, to be shown once, and the entry of the keys file that admits it. */
export function createKey(name: string, granted: readonly Scope[]): { key: string; entry: AccessKey } {
  const key = `llk_${randomBytes(32).toString('base64url')}`;
  const entry = accessKeySchema.parse({ name, hash: hashOf(key).text, scopes: [...new Set(granted)] });
  return { key, entry };
}

/** The entry that `key` belongs to. Every entry is compared, in constant time, whichever matches. */
export function findKey(keys: readonly AccessKey[], key: string): AccessKey | null {
  const { digest } = hashOf(key);
  let found: AccessKey | null = null;
  for (const entry of keys) {
    if (timingSafeEqual(Buffer.from(entry.hash.slice('sha256:'.length), 'hex'), digest)) found = entry;
  }
  return found;
}

function hashOf(key: string): { digest: Buffer; text: string } {
  const digest = createHash('sha256').update(key).digest();
  return { digest, text: `sha256:${digest.toString('hex')}` };
}
