/**
 * How a subscription reads a partition on and on: batches in order, waiting at the end for more. Ends without an error
 * when aborted. Rejects with a `LogFault`, retryable or not, where it can't go on.
 */
import type { LogBatch } from '../port.ts';

export type Follow = (
  partition: number,
  from: number,
  maxRecords: number,
  signal: AbortSignal,
) => AsyncIterable<LogBatch>;
