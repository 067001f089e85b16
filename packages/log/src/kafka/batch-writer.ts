/**
 * Writes a round's batches to the topic: one produce for all partitions, each batch within the broker's limit, the rest
 * in further produces. The producer is not idempotent and never retries (docs/decisions/0003): a batch that is sent twice
 * counts once, because only one copy of it can land at the offsets it carries.
 */
import { type Kafka, Partitioners, type Producer, type RecordMetadata } from 'kafkajs';
import type { LaneWriter, PlannedBatch, WrittenBatch } from '../append/lane-writer.ts';
import { createBackoff } from '../backoff.ts';
import type { LogMetrics } from '../metrics.ts';
import { LogFault } from '../port.ts';
import type { KafkaConnection } from './connection.ts';
import { toLogFault, unsuitable } from './faults.ts';
import { messageBytes, toMessage } from './message.ts';
import { REQUEST_TIMEOUT_MS } from './settings.ts';

/** Brokers take 1 MiB by default, headers of the batch included. */
const MAX_BATCH_BYTES = 900_000;
const MAX_PAUSE_MS = 500;

export type BatchWriter = LaneWriter & { close(): Promise<void> };

export function createBatchWriter(
  kafka: Kafka,
  topic: string,
  connection: KafkaConnection,
  metrics: LogMetrics,
): BatchWriter {
  let opening: Promise<Producer> | null = null;

  const open = async (): Promise<Producer> => {
    const producer = kafka.producer({
      idempotent: false,
      allowAutoTopicCreation: false,
      retry: { retries: 0 },
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    try {
      await producer.connect();
      return producer;
    } catch (error) {
      await producer.disconnect().catch(() => undefined);
      throw error;
    }
  };

  /** Also of a connection into the void, which kafkajs would go on using: the next attempt gets a new one. */
  const discard = async (broken: Promise<Producer> | null) => {
    if (opening === broken) opening = null;
    const producer = await broken?.catch(() => null);
    await producer?.disconnect().catch(() => undefined);
  };

  const produce = async (batches: readonly PlannedBatch[], timeoutMs: number): Promise<RecordMetadata[]> => {
    opening ??= open();
    const current = opening;
    try {
      const producer = await current;
      const messages = batches.flatMap(({ partition, offset, records }) =>
        records.map((record, index) => toMessage(record, partition, offset + index)),
      );
      return await within(timeoutMs, producer.send({ topic, acks: -1, timeout: timeoutMs, messages }));
    } catch (error) {
      void discard(current);
      throw toLogFault(error, 'write to the log');
    }
  };

  /** The same bytes to the same offsets, until an answer comes or the time is over. */
  const produceUntil = async (batches: readonly PlannedBatch[], expiresAt: number) => {
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
        const refuted: PlannedBatch[] = [];
        let displaced = false;
        for (const batch of sending) {
          const { partition, offset } = batch;
          const answer = answers.find((one) => one.partition === partition);
          // A leader that moves can leave a partition out of an answer that is a success otherwise.
          if (answer?.baseOffset === undefined) displaced = true;
          else if (Number(answer.baseOffset) === offset) written.push(toWritten(batch, answer));
          else if (Number(answer.baseOffset) < offset) throw shortened(batch, Number(answer.baseOffset));
          else {
            displaced = true;
            if (isOnlyAttempt) refuted.push(batch);
          }
        }
        if (displaced) return { status: 'displaced', refuted };
      }
      return { status: 'written', batches: written };
    },
    async close() {
      await discard(opening);
    },
  };
}

/** What the index tells of must have been there. The batch itself is void where it landed. */
function shortened({ partition, offset }: PlannedBatch, base: number): LogFault {
  return unsuitable(
    `partition ${partition} of the topic ends at ${base}, but held ${offset} records before: it was truncated or made anew`,
  );
}

function toWritten({ partition, offset }: PlannedBatch, { logAppendTime }: RecordMetadata): WrittenBatch {
  return { partition, offset, recordedAt: new Date(Number(logAppendTime)).toISOString() };
}

/** Splits batches at the size limit: each produce has at most one batch a partition, in order. */
function toProduces(batches: readonly PlannedBatch[]): PlannedBatch[][] {
  const produces: PlannedBatch[][] = [];
  for (const batch of batches) {
    for (const [index, part] of split(batch).entries()) (produces[index] ??= []).push(part);
  }
  return produces;
}

function split(batch: PlannedBatch): PlannedBatch[] {
  const parts: PlannedBatch[] = [];
  let start = 0;
  let bytes = 0;
  const cut = (end: number) => {
    parts.push({ ...batch, offset: batch.offset + start, records: batch.records.slice(start, end) });
  };
  for (const [index, record] of batch.records.entries()) {
    const size = messageBytes(record);
    if (index > start && bytes + size > MAX_BATCH_BYTES) {
      cut(index);
      start = index;
      bytes = 0;
    }
    bytes += size;
  }
  cut(batch.records.length);
  return parts;
}

async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
  work.catch(() => undefined);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
