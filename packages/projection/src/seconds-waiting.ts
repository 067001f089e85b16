/** How long the oldest record that has not been applied has been waiting: what a reader misses, however quiet it was before. */
import type { EventLog } from '@ledgerline/log';

/** 0 where nothing waits. Rejects where the log can't be read. @param next of the partition's checkpoint */
export async function secondsWaiting(
  log: Pick<EventLog, 'read'>,
  partition: number,
  next: number,
  end: number,
): Promise<number> {
  if (next >= end) return 0;
  for await (const { records } of log.read(partition, next, end, 1)) {
    const [oldest] = records;
    if (oldest !== undefined) return Math.max(0, (Date.now() - Date.parse(oldest.recordedAt)) / 1_000);
  }
  return 0;
}
