/**
 * Writes a round's batches to the topic: one produce for all partitions, each batch within the broker's limit, the rest
 * in further produces. The producer is not idempotent and never retries (docs/decisions/0003): a batch that is sent twice
 * counts once, because only one copy of it can land at the offsets it carries.
 */
import type { Kafka } from 'kafkajs';
import type { LaneWriter, PlannedBatch, WrittenBatch } from '../append/lane-writer.ts';
import type { Place } from '../append/pending-call.ts';
import { createBackoff } from '../backoff.ts';
import type { LogMetrics } from '../metrics.ts';
import { LogFault } from '../port.ts';
import type { KafkaConnection } from './connection.ts';
import { toLogFault, unsuitable } from './faults.ts';
import type { ProduceAnswer, SizedBatch } from './produce-request.ts';
import { createProducer } from './producer.ts';
import { type SizedRecord, sizedRecord } from './record-batch.ts';
import { REQUEST_TIMEOUT_MS } from './settings.ts';

/** Brokers take 1 MiB by default, headers of the batch included. */
const MAX_BATCH_BYTES = 900_000;
/** Lengths, deltas and headers of one record, rounded up. */
const RECORD_OVERHEAD_BYTES = 120;
const MAX_PAUSE_MS = 500;

export type BatchWriter = LaneWriter & { close(): Promise<void> };

export function createBatchWriter(
  kafka: Kafka,
  topic: string,
  connection: KafkaConnection,
  metrics: LogMetrics,
): BatchWriter {
  const producer = createProducer(kafka, topic);

  const produce = async (batches: readonly SizedBatch[], timeoutMs: number): Promise<ProduceAnswer[]> => {
    try {
      return await producer.produce(batches, timeoutMs);
    } catch (error) {
      throw toLogFault(error, 'write to the log');
    }
  };

  /** The same bytes to the same offsets, until an answer comes or the time is over. */
  const produceUntil = async (batches: readonly SizedBatch[], expiresAt: number) => {
    const backoff = createBackoff(MAX_PAUSE_MS);
    for (let first = true; ; first = false) {
      const remaining = expiresAt - Date.now();
      if (remaining <= 0) throw new LogFault('log-unavailable', 'Kafka gave no answer in time', { retryable: true });
      try {
        return { answers: await produce(batches, Math.min(REQUEST_TIMEOUT_MS, remaining)), isOnlyAttempt: first };
      } catch (error) {
        if (error instanceof LogFault && !error.retryable) throw error;
        metrics.countRetry('fault');
        await backoff.pause();
      }
    }
  };

  return {
    adapter: 'kafka',
    synchronousCommit: 'off',
    ends: async () => await connection.ends(),
    async write(_client, batches, expiresAt) {
      const written: WrittenBatch[] = [];
      for (const sending of toProduces(batches)) {
        const { answers, isOnlyAttempt } = await produceUntil(sending, expiresAt);
        const refuted: Place[] = [];
        let displaced = false;
        for (const batch of sending) {
          const { partition, offset } = batch;
          const answer = answers.find((one) => one.partition === partition);
          // A leader that moves can leave a partition out of an answer that is a success otherwise.
          if (answer === undefined) displaced = true;
          else if (answer.baseOffset === offset) written.push(toWritten(batch, answer));
          else if (answer.baseOffset < offset) throw shortened(batch, answer.baseOffset);
          else {
            displaced = true;
            if (isOnlyAttempt) refuted.push({ partition, offset });
          }
        }
        if (displaced) return { status: 'displaced', refuted };
      }
      return { status: 'written', batches: written };
    },
    async close() {
      await producer.close();
    },
  };
}

/** What the index tells of must have been there. The batch itself is void where it landed. */
function shortened({ partition, offset }: SizedBatch, base: number): LogFault {
  return unsuitable(
    `partition ${partition} of the topic ends at ${base}, but held ${offset} records before: it was truncated or made anew`,
  );
}

function toWritten({ partition, offset }: SizedBatch, { appendedAt }: ProduceAnswer): WrittenBatch {
  return { partition, offset, recordedAt: new Date(appendedAt).toISOString() };
}

/** Splits batches at the size limit: each produce has at most one batch a partition, in order. */
function toProduces(batches: readonly PlannedBatch[]): SizedBatch[][] {
  const produces: SizedBatch[][] = [];
  for (const batch of batches) {
    for (const [index, part] of split(batch).entries()) (produces[index] ??= []).push(part);
  }
  return produces;
}

function split({ partition, offset, records }: PlannedBatch): SizedBatch[] {
  const parts: SizedBatch[] = [];
  let begun: SizedRecord[] = [];
  let next = offset;
  let bytes = 0;
  const cut = () => {
    parts.push({ partition, offset: next, records: begun });
    next += begun.length;
    begun = [];
    bytes = 0;
  };
  for (const record of records) {
    const sized = sizedRecord(record);
    const size = RECORD_OVERHEAD_BYTES + sized.keyBytes + sized.valueBytes;
    if (begun.length > 0 && bytes + size > MAX_BATCH_BYTES) cut();
    begun.push(sized);
    bytes += size;
  }
  cut();
  return parts;
}
