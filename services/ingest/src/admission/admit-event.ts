/**
 * From JSON to a record for the log, or the problem with it. What is recorded is the event as it was sent, on one
 * line: everything after the log (streams, replays, exports) may put it into lines of its own.
 */
import { hash } from 'node:crypto';
import { canonicalJson, contentForComparison, type LedgerEvent, parseEvent } from '@ledgerline/events';
import { type Problem, problem } from '@ledgerline/http';
import type { AppendRecord } from '@ledgerline/log';

export const MAX_EVENT_BYTES = 64 * 1024;

export type EventRecord = AppendRecord<LedgerEvent>;
export type Admitted = { readonly ok: true; readonly record: EventRecord };
/** `sent` is the value as it was sent, to name the event by what it says of itself. */
export type Refused = { readonly ok: false; readonly problem: Problem; readonly sent?: unknown };

/** @param text the JSON that `value` was read from */
export function admitEvent(value: unknown, text: string): Admitted | Refused {
  const parsed = parseEvent(value);
  if (!parsed.ok) {
    const detail = parsed.errors.map(({ pointer, message }) => `${pointer || 'the event'} ${message}`).join('; ');
    return { ok: false, problem: problem('invalid-event', detail, { errors: parsed.errors }), sent: value };
  }
  const { event } = parsed;
  const canonical = canonicalJson(contentForComparison(value as Record<string, unknown>));
  return {
    ok: true,
    record: {
      source: event.source,
      id: event.id,
      type: event.type,
      subject: event.subject,
      content: onOneLine(text, value),
      hash: hash('sha256', canonical, 'base64url'),
      event,
    },
  };
}

/** JSON has line breaks only between its tokens. Strict parsing has made sure that nothing is lost by writing it anew. */
export function onOneLine(text: string, value: unknown): string {
  return text.includes('\n') || text.includes('\r') ? JSON.stringify(value) : text;
}
