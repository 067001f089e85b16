/**
 * Every refusal and failure the HTTP interface has: the one table of codes, statuses and titles.
 * A code is part of the contract: it is never renamed or reused, and docs/problems/<code>.md explains it.
 */
export const problemCatalogue = {
  // 400: can't be read as what it claims to be
  'bad-request': { status: 400, title: 'The request is malformed' },
  'bad-url': { status: 400, title: 'The URL is malformed' },
  'bad-header': { status: 400, title: 'A header cannot be read' },
  'invalid-json': { status: 400, title: 'The body is not JSON that can be kept as sent' },
  'not-an-event': { status: 400, title: 'The body is not one event' },
  'not-a-batch': { status: 400, title: 'The body is not a batch of events' },
  'incomplete-body': { status: 400, title: 'The body ended too early' },
  'unknown-parameter': { status: 400, title: 'Unknown query parameter' },
  'repeated-parameter': { status: 400, title: 'Query parameter given more than once' },
  'invalid-parameter': { status: 400, title: 'Invalid query parameter' },
  'bad-position': { status: 400, title: 'Not a position of this log' },
  'partial-position': { status: 400, title: 'A position of a write is no place to read from' },
  'bad-cursor': { status: 400, title: 'Not a cursor of this walk' },
  // 401, 403, 421, 429: access
  unauthenticated: { status: 401, title: 'A valid key is needed' },
  'scope-missing': { status: 403, title: 'The key does not allow this' },
  'misdirected-host': { status: 421, title: 'This server does not answer for that host' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  // 404, 405, 406, 410
  'not-found': { status: 404, title: 'There is nothing at this path' },
  'unknown-event': { status: 404, title: 'No such event' },
  'unknown-claim': { status: 404, title: 'No such claim' },
  'unknown-series': { status: 404, title: 'No such series' },
  'unknown-schema': { status: 404, title: 'No such schema' },
  'unknown-view': { status: 404, title: 'No such view' },
  'unknown-rebuild': { status: 404, title: 'No such rebuild' },
  'unknown-parked-event': { status: 404, title: 'No such parked event' },
  'unknown-problem': { status: 404, title: 'No such problem code' },
  'method-not-allowed': { status: 405, title: 'The path does not take this method' },
  'not-acceptable': { status: 406, title: 'No format that the request accepts' },
  'position-gone': { status: 410, title: 'The records at this position are gone' },
  // 408, 413, 415, 431: the body and the head
  'request-timeout': { status: 408, title: 'The request took too long to arrive' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'event-too-large': { status: 413, title: 'An event is too large' },
  'batch-too-long': { status: 413, title: 'The batch has too many events' },
  'unsupported-media-type': { status: 415, title: 'The content type is not taken here' },
  'unsupported-encoding': { status: 415, title: 'The content encoding or charset is not taken here' },
  'header-too-large': { status: 431, title: 'The request head is too large' },
  // 409: at odds with what is there
  'id-reused': { status: 409, title: 'This source and id are taken by another event' },
  'version-conflict': { status: 409, title: 'The subject has another number of events than expected' },
  'subject-exists': { status: 409, title: 'The subject has its first event already' },
  'position-ahead': { status: 409, title: 'The position is beyond the end of the log' },
  'rebuild-running': { status: 409, title: 'A rebuild of this view is under way' },
  'rebuild-not-ready': { status: 409, title: 'The rebuild is in no state for this' },
  'not-unlawful': { status: 409, title: 'The claim was not retracted as unlawful' },
  'no-earlier-generation': { status: 409, title: 'There is no generation to go back to' },
  // 422: read, understood, refused
  'invalid-event': { status: 422, title: 'The event is not valid' },
  'invalid-body': { status: 422, title: 'The body is not valid' },
  'empty-batch': { status: 422, title: 'The batch is empty' },
  'unknown-subject': { status: 422, title: 'The subject has no first event' },
  'retracted-subject': { status: 422, title: 'The subject has been retracted' },
  'kind-mismatch': { status: 422, title: 'The event does not fit the kind of its subject' },
  'replaces-cycle': { status: 422, title: 'A measure cannot replace what replaces it' },
  'not-linked': { status: 422, title: 'There is no such link to undo' },
  withheld: { status: 422, title: 'Held back because another event of the batch was refused' },
  // 503: ours, not the client's; always with Retry-After
  'internal-fault': { status: 503, title: 'The service failed' },
  'log-unavailable': { status: 503, title: 'The log cannot be reached' },
  'database-unavailable': { status: 503, title: 'The database cannot be reached' },
  'key-set-unavailable': { status: 503, title: 'The key set for tokens cannot be fetched' },
  'view-behind': { status: 503, title: 'The view has not got that far' },
  'not-ready': { status: 503, title: 'A dependency is not ready' },
  overloaded: { status: 503, title: 'Too much is waiting already' },
  stopping: { status: 503, title: 'The service is stopping' },
  'too-many-streams': { status: 503, title: 'No more streams on this node' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problemCatalogue;

export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(problemCatalogue, text);
}
