/** How a request carries events, told by its content type as the CloudEvents HTTP binding has it. */
import type { IncomingHttpHeaders } from 'node:http';
import { Problem, problem, readMediaType } from '@ledgerline/http';

export type BodyMode = 'structured' | 'binary' | 'batch' | 'lines';

const modes: Readonly<Record<string, BodyMode>> = {
  'application/cloudevents+json': 'structured',
  'application/json': 'structured',
  'application/cloudevents-batch+json': 'batch',
  'application/x-ndjson': 'lines',
};
/** Written so, as nearly every client does, a type needs no parsing. */
const plainly = new Map(Object.keys(modes).map((type) => [type, type]));
const ACCEPT_POST = Object.keys(modes).join(', ');

/** Or the 415 to answer with. `ce-` headers count only beside `application/json`: an event format speaks for itself. */
export function bodyModeOf(headers: IncomingHttpHeaders): BodyMode | Problem {
  const plain = headers['content-encoding'] === undefined ? plainly.get(headers['content-type'] ?? '') : undefined;
  const mediaType = plain ?? readMediaType(headers);
  if (mediaType instanceof Problem) return mediaType;
  const mode = modes[mediaType];
  if (mode === undefined) {
    const detail = `Taken here: ${ACCEPT_POST}.`;
    return problem('unsupported-media-type', detail, { headers: { 'accept-post': ACCEPT_POST } });
  }
  return mediaType === 'application/json' && hasAttributeHeader(headers) ? 'binary' : mode;
}

function hasAttributeHeader(headers: IncomingHttpHeaders): boolean {
  for (const name in headers) if (name.startsWith('ce-')) return true;
  return false;
}
