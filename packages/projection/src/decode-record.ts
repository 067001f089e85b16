/**
 * From a record's bytes to an event, or to the reason why it is parked. Never throws: whatever bytes another
 * producer put into the log, the records after them go on.
 */
import { isUtf8 } from 'node:buffer';
import type { FieldError, LedgerEvent, ParseResult } from '@ledgerline/events';
import { type LogRecord, partitionOf } from '@ledgerline/log';
import type { ParkedRecord, ParkReason } from './parked.ts';
import { redactEvent } from './redact-event.ts';
import type { ProjectedEvent } from './view.ts';

export type DecodedRecord =
  | { readonly kind: 'event'; readonly record: LogRecord; readonly event: ProjectedEvent }
  | { readonly kind: 'unreadable'; readonly parked: ParkedRecord };

export type DecodeContext = {
  /** `decodeEvent` of @ledgerline/events, or another catalogue's. May throw: an upcaster can. */
  readonly decode: (value: unknown, checked: boolean) => ParseResult<LedgerEvent>;
  /** Of the log: a subject's events belong to one of them. */
  readonly partitions: number;
  /** Records whose payload may not be shown: see redact-event.ts. */
  readonly isRedacted?: ((partition: number, offset: number) => boolean) | undefined;
};

/** @param recordedAt the record's time, already kept from falling within its partition */
export function decodeRecord(record: LogRecord, recordedAt: string, context: DecodeContext): DecodedRecord {
  const parsed = parseValue(record.value);
  if (!parsed.ok) return unreadable(record, recordedAt, {}, 'undecodable', parsed.message);
  const { raw, value } = parsed;
  const decoded = tryDecode(value, record.appended, context.decode);
  if (!decoded.ok) return unreadable(record, recordedAt, value, decoded.reason, decoded.message);
  const { event } = decoded;
  const owner = partitionOf(event.subject, context.partitions);
  if (owner !== record.partition) {
    const message = `recorded in partition ${record.partition}, but its subject's events are in ${owner}`;
    return unreadable(record, recordedAt, value, 'misplaced', message);
  }
  const { partition, offset } = record;
  const projected = { event, raw, recorded: value, partition, offset, recordedAt };
  const isRedacted = context.isRedacted?.(partition, offset) === true;
  return {
    kind: 'event',
    record: { ...record, recordedAt },
    event: isRedacted ? redactEvent(projected) : projected,
  };
}

/** What is parked of an event that was decoded: because of its own failure, or of an earlier one's. */
export function parkEvent(
  decoded: Extract<DecodedRecord, { kind: 'event' }>,
  reason: Extract<ParkReason, 'apply-failed' | 'behind'>,
  message: string,
): ParkedRecord {
  const { source, id: eventId, subject, type } = decoded.event.event;
  return { record: decoded.record, subject, source, eventId, type, reason, message };
}

type Json = Readonly<Record<string, unknown>>;

function parseValue(bytes: Buffer): { ok: true; raw: string; value: Json } | { ok: false; message: string } {
  if (!isUtf8(bytes)) return { ok: false, message: 'not UTF-8' };
  const raw = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch (error) {
    return { ok: false, message: `not JSON: ${messageOf(error)}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { ok: false, message: 'not an object' };
  // Only an escape can bring in what PostgreSQL's text refuses; few texts have one that looks like it.
  if (raw.includes('\\u') && /\\u(?:0000|[dD][89a-fA-F])/.test(raw) && !isStorable(value)) {
    return { ok: false, message: 'has a NUL or half of a surrogate pair' };
  }
  return { ok: true, raw, value: value as Json };
}

function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\u0000') && value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, item]) => isStorable(key) && isStorable(item));
}

function tryDecode(
  value: Json,
  checked: boolean,
  decode: DecodeContext['decode'],
): { ok: true; event: LedgerEvent } | { ok: false; reason: ParkReason; message: string } {
  try {
    const decoded = decode(value, checked);
    if (decoded.ok) return decoded;
    const unknown = decoded.errors.find((error) => error.code === 'unknown-type');
    if (unknown) return { ok: false, reason: 'unknown-type', message: describe([unknown]) };
    return { ok: false, reason: 'invalid-event', message: describe(decoded.errors) };
  } catch (error) {
    // Schemas don't throw: an upcaster did.
    return { ok: false, reason: 'upcast-failed', message: messageOf(error) };
  }
}

function describe(errors: readonly FieldError[]): string {
  return errors.map(({ pointer, message }) => `${pointer || '(event)'} ${message}`).join('; ');
}

function unreadable(
  record: LogRecord,
  recordedAt: string,
  value: Json,
  reason: ParkReason,
  message: string,
): DecodedRecord {
  const parked = {
    record: { ...record, recordedAt },
    subject: known(value['subject'], 128),
    source: known(value['source'], 512),
    eventId: known(value['id'], 128),
    type: known(value['type'], 512),
    reason,
    message,
  };
  return { kind: 'unreadable', parked };
}

/** An attribute that could be a real one: no index row may burst over what another producer wrote. */
function known(value: unknown, maxLength: number): string | null {
  return typeof value === 'string' && value.length <= maxLength && isStorable(value) ? value : null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
