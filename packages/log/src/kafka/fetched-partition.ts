/**
 * What a fetch brought of one partition: the records that count, in order, and the offset to go on from. Left out are
 * void records (docs/decisions/0003), records of aborted transactions, Kafka's own control records, and the genesis.
 */
import type { IHeaders } from 'kafkajs';
import { GENESIS_OFFSET, GENESIS_PARTITION } from '../genesis.ts';
import type { LogRecord } from '../port.ts';

/** The part of kafkajs' decoded fetch response that is used here; its types say `any`. */
export type FetchResponse = {
  readonly responses: readonly {
    readonly partitions: readonly {
      readonly partition: number;
      readonly highWatermark: string;
      readonly abortedTransactions?: readonly AbortedTransaction[];
      readonly messages: readonly FetchedMessage[];
    }[];
  }[];
};

type AbortedTransaction = { readonly producerId: string; readonly firstOffset: string };

type FetchedMessage = {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: IHeaders;
  readonly isControlRecord?: boolean;
  readonly batchContext?: { readonly producerId: string; readonly inTransaction: boolean };
};

export type FetchedPartition = {
  /** After everything looked at, whether it counts or not. */
  readonly next: number;
  /** The offset after the last replicated record. */
  readonly end: number;
  readonly records: readonly LogRecord[];
  readonly voids: number;
  /** The genesis' content where it was among the records. */
  readonly genesis: string | null;
};

/** The offset that a record's writer was sure to get. Another producer's records have none. */
export const OFFSET_HEADER = 'ledgerline-offset';

/** A record of ours that did not land where its writer had checked that it might: nobody may see it. */
export function isVoid(headers: IHeaders | undefined, offset: string): boolean {
  const header = headers?.[OFFSET_HEADER];
  if (header === undefined) return false;
  return Array.isArray(header) || header.toString() !== offset;
}

export function decodeFetched(response: FetchResponse, partition: number, from: number): FetchedPartition {
  const found = response.responses[0]?.partitions.find((one) => one.partition === partition);
  if (!found) throw new Error(`the answer has nothing of partition ${partition}`);
  const aborted = createAbortedFilter(found.abortedTransactions ?? []);
  const records: LogRecord[] = [];
  let next = from;
  let voids = 0;
  let genesis: string | null = null;
  for (const message of found.messages) {
    const offset = Number(message.offset);
    const isAborted = aborted(message, offset);
    // A fetch answers with whole batches: what stands before the offset asked for comes along.
    if (offset < from) continue;
    next = offset + 1;
    if (message.isControlRecord || isAborted) continue;
    if (isVoid(message.headers, message.offset)) {
      voids += 1;
    } else if (partition === GENESIS_PARTITION && offset === GENESIS_OFFSET) {
      genesis = (message.value ?? '').toString();
    } else {
      records.push(toLogRecord(partition, offset, message));
    }
  }
  return { next, end: Math.max(Number(found.highWatermark), next), records, voids, genesis };
}

function toLogRecord(partition: number, offset: number, message: FetchedMessage): LogRecord {
  return {
    partition,
    offset,
    recordedAt: new Date(Number(message.timestamp)).toISOString(),
    key: message.key === null ? null : message.key.toString(),
    value: message.value ?? Buffer.alloc(0),
    // A displaced one would be void.
    appended: message.headers?.[OFFSET_HEADER] !== undefined,
  };
}

const ABORT_MARKER_KEY = Buffer.from([0, 0, 0, 0]);

/** Called with the messages in order: is this one part of a transaction that its producer took back? */
function createAbortedFilter(
  transactions: readonly AbortedTransaction[],
): (message: FetchedMessage, offset: number) => boolean {
  if (transactions.length === 0) return () => false;
  const pending = transactions.toSorted((a, b) => Number(a.firstOffset) - Number(b.firstOffset));
  const aborted = new Set<string>();
  return (message, offset) => {
    while (pending[0] !== undefined && Number(pending[0].firstOffset) <= offset) {
      aborted.add(pending[0].producerId);
      pending.shift();
    }
    const producerId = message.batchContext?.producerId ?? '';
    if (message.isControlRecord) {
      if (message.key?.equals(ABORT_MARKER_KEY)) aborted.delete(producerId);
      return false;
    }
    return message.batchContext?.inTransaction === true && aborted.has(producerId);
  };
}
