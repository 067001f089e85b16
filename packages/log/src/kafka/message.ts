/**
 * A record as a Kafka message: a structured-mode CloudEvent as the CloudEvents Kafka binding has it, key = subject, and
 * the offset it must land at to count. Here for kafkajs; record-batch.ts writes the same bytes for `append`.
 */
import type { Message } from 'kafkajs';
import { OFFSET_HEADER } from './fetched-partition.ts';

export const CONTENT_TYPE = Buffer.from('application/cloudevents+json; charset=UTF-8');

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
