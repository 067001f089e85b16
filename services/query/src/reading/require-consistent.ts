/** Parameters that are each well-formed and yet make no sense together. */
import { problem } from '@ledgerline/http';

/** Throws 400 `invalid-parameter` for the first contradiction that is not null. */
export function requireConsistent(...found: readonly ({ parameter: string; message: string } | null)[]): void {
  const first = found.find((contradiction) => contradiction !== null);
  if (!first) return;
  throw problem('invalid-parameter', `${first.parameter}: ${first.message}`, {
    errors: [{ ...first, code: 'contradiction' }],
  });
}
