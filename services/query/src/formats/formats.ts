/** The formats of a list of claims. */
import { atomFormat } from './atom.ts';
import type { ClaimFormat } from './claim-format.ts';
import { csvFormat } from './csv.ts';
import { geojsonFormat } from './geojson.ts';
import { icalendarFormat } from './icalendar.ts';
import { jsonFeedFormat } from './json-feed.ts';
import { ndjsonFormat } from './ndjson.ts';
import { timelinejsFormat } from './timelinejs.ts';

export const claimFormats: readonly ClaimFormat[] = [
  csvFormat,
  ndjsonFormat,
  geojsonFormat,
  jsonFeedFormat,
  atomFormat,
  timelinejsFormat,
  icalendarFormat,
];
