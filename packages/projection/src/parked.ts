/**
 * Records a view could not apply are set aside with their bytes, and so are later ones of the same subject: they
 * wait behind it, so that a retry can apply them in order. All others pass.
 */
import { readSql } from '@ledgerline/database';
import type { LogRecord } from '@ledgerline/log';
import type { ClientBase } from 'pg';
import type { Generation } from './generation.ts';

export type ParkReason =
  /** Not UTF-8, not JSON, or text that PostgreSQL can't hold. */
  | 'undecodable'
  /** A type that no version of this program has known, or not yet. */
  | 'unknown-type'
  /** Not an event as its type's schema says. */
  | 'invalid-event'
  | 'upcast-failed'
  /** In another partition than its subject's: its order with the subject's other events is not known. */
  | 'misplaced'
  /** The view failed on it, for good. */
  | 'apply-failed'
  /** An earlier event of its subject is parked. */
  | 'behind';

export type ParkedRecord = {
  readonly record: LogRecord;
  /** What is known of the event, null where it can't be read. */
  readonly subject: string | null;
  readonly source: string | null;
  readonly eventId: string | null;
  readonly type: string | null;
  readonly reason: ParkReason;
  readonly message: string;
};

const sql = {
  park: readSql(new URL('./sql/park-records.sql', import.meta.url)),
  waiting: readSql(new URL('./sql/read-waiting-subjects.sql', import.meta.url)),
  discarded: readSql(new URL('./sql/read-discarded.sql', import.meta.url)),
};
const maxMessageLength = 1_000;

/** Fit for a column of text, whatever threw it. */
export function toMessage(message: string): string {
  return message.replaceAll('\u0000', '').toWellFormed().slice(0, maxMessageLength).toWellFormed();
}

/** What may be kept of a record whose payload no reader may be shown: the same that a redaction leaves of a parked one. */
export function blankParked(parked: ParkedRecord): ParkedRecord {
  return { ...parked, record: { ...parked.record, value: Buffer.from('redacted') }, message: 'redacted' };
}

/** Within the transaction that moves the checkpoint past the records. */
export async function parkRecords(
  client: ClientBase,
  { view, generation }: Generation,
  partition: number,
  parked: readonly ParkedRecord[],
): Promise<void> {
  if (parked.length === 0) return;
  const rows = parked.map(({ record, eventId, message, ...known }) => ({
    offset: record.offset,
    subject: known.subject,
    source: known.source,
    event_id: eventId,
    type: known.type,
    reason: known.reason,
    message: toMessage(message),
    value: record.value.toString('base64'),
    appended: record.appended,
    recorded_at: record.recordedAt,
  }));
  await client.query(sql.park, [view, generation, partition, JSON.stringify(rows)]);
}

/** Which of the subjects have a parked event in this partition. */
export async function readWaitingSubjects(
  client: ClientBase,
  { view, generation }: Generation,
  partition: number,
  subjects: readonly string[],
): Promise<Set<string>> {
  if (subjects.length === 0) return new Set();
  const result = await client.query<{ subject: string }>(sql.waiting, [view, generation, partition, subjects]);
  return new Set(result.rows.map((row) => row.subject));
}

/** Offsets in [from, to) that an operator has given up, whichever generation parked them. */
export async function readDiscarded(
  client: ClientBase,
  { view, generation }: Generation,
  { partition, from, to }: { readonly partition: number; readonly from: number; readonly to: number },
): Promise<Set<number>> {
  const values = [view, generation, partition, from, to];
  const result = await client.query<{ offset: number }>(sql.discarded, values);
  return new Set(result.rows.map((row) => row.offset));
}
