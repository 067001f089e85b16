/** `Prefer: wait=N` (RFC 7240): how long a read may wait, at most 30 s. */
import { problem } from '@ledgerline/http';

export const maxWaitSeconds = 30;

/** Milliseconds; 0 where the header asks for no wait. Throws 400 where the number is none. */
export function preferredWaitMs(header: string | string[] | undefined): number {
  if (header === undefined) return 0;
  for (const preference of (Array.isArray(header) ? header.join(',') : header).split(',')) {
    const [token = '', value = ''] = (preference.split(';')[0] ?? '').split('=').map((part) => part.trim());
    if (token.toLowerCase() !== 'wait') continue;
    const seconds = value.replace(/^"(.*)"$/, '$1');
    if (!/^\d{1,9}$/.test(seconds)) throw problem('bad-header', 'Prefer: wait takes a number of whole seconds.');
    return Math.min(Number(seconds), maxWaitSeconds) * 1_000;
  }
  return 0;
}
