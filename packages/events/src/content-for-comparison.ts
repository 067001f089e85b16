/** What of an event counts when a known id comes again: two are the same when this is equal as JSON. */

/**
 * The event as sent, before defaults, without `traceparent` and `tracestate` (they differ from try to try);
 * a missing `datacontenttype` is `application/json`. `expectedversion` counts.
 */
export function contentForComparison(sent: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const content: Record<string, unknown> = { datacontenttype: 'application/json', ...sent };
  delete content['traceparent'];
  delete content['tracestate'];
  return content;
}
