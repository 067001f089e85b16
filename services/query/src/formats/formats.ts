/** The formats of a list of claims, and which one a request asks for. */
import { problem } from '@ledgerline/http';
import { prefersMediaType } from '../reading/accept.ts';
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

export const formatNames = ['json', ...claimFormats.map(({ name }) => name)] as const;

/** null: JSON. `format` comes before Accept; an Accept that takes none of all is 406. */
export function formatOf(format: string | undefined, accept: string | undefined): ClaimFormat | null {
  if (format !== undefined) return claimFormats.find(({ name }) => name === format) ?? null;
  if (accept === undefined) return null;
  // TimelineJS has no media type of its own.
  const chosen = claimFormats.find((one) => one.name !== 'timelinejs' && prefersMediaType(accept, essenceOf(one)));
  if (chosen) return chosen;
  if (acceptsJson(accept)) return null;
  const any = claimFormats.find((one) => prefersMediaType(accept, `${essenceOf(one).split('/', 1)[0]}/*`));
  if (any) return any;
  throw problem('not-acceptable', `Formats: application/json, ${claimFormats.map(essenceOf).join(', ')}.`);
}

const essenceOf = ({ mediaType }: ClaimFormat) => mediaType.split(';', 1)[0] ?? mediaType;

function acceptsJson(accept: string): boolean {
  return accept.split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return (
      ['*/*', 'application/*', 'application/json', ''].includes(type) &&
      !parameters.some((one) => /^q=0(\.0*)?$/.test(one))
    );
  });
}
