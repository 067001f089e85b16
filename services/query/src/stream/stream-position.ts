/** A position with its token, which is made once: what batches begin and end with, and subscribers stand at. */
import { type Amended, type Offsets, toPositionToken } from '@ledgerline/log';

export type StreamPosition = {
  readonly offsets: Offsets;
  /** What has been told apart from events. */
  readonly amended: Amended;
  /** Of both: equal where they are. */
  readonly token: string;
};

export const nothingAmended: Amended = { id: 0, named: 0 };

export function streamPosition(logId: string, offsets: Offsets, amended = nothingAmended): StreamPosition {
  return { offsets, amended, token: toPositionToken({ logId, offsets, amended }) };
}
