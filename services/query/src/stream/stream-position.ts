/** A position with its token, which is made once: what batches begin and end with, and subscribers stand at. */
import { type Offsets, toPositionToken } from '@ledgerline/log';

export type StreamPosition = { readonly offsets: Offsets; readonly token: string };

export function streamPosition(logId: string, offsets: Offsets): StreamPosition {
  return { offsets, token: toPositionToken({ logId, offsets }) };
}
