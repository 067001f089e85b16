/**
 * A record as a Kafka message: a structured-mode CloudEvent as the CloudEvents Kafka binding has it, key = subject, and
 * the offset it must land at to count.
 */
import type { Message } from 'kafkajs';
import { OFFSET_HEADER } from './fetched-partition.ts';

const CONTENT_TYPE = Buffer.from('application/cloudevents+json; charset=UTF-8');
/** Lengths, deltas and headers of one record, rounded up. */
const MESSAGE_OVERHEAD_BYTES = 120;

export function toMessage(
  record: { readonly subject: string; readonly content: string },
  partition: number,
  offset: number,
): Message {
  return {
    partition,
    key: record.subject,
    value: record.content,
    headers: { 'content-type': CONTENT_TYPE, [OFFSET_HEADER]: String(offset) },
  };
}

/** At least what the message will take in a batch. */
export function messageBytes(record: { readonly subject: string; readonly content: string }): number {
  return MESSAGE_OVERHEAD_BYTES + Buffer.byteLength(record.subject) + Buffer.byteLength(record.content);
}
