/** An item of the JSON answer a line. */
import type { ClaimFormat } from './claim-format.ts';

export const ndjsonFormat: ClaimFormat = {
  name: 'ndjson',
  mediaType: 'application/x-ndjson; charset=utf-8',
  extent: 'walk',
  head: () => '',
  item: (claim) => `${JSON.stringify(claim)}\n`,
  tail: () => '',
};
