/** Generated events as records of the log, made the way ingest makes them. */
import { admitEvent, type EventRecord } from '@ledgerline/ingest';

export function toRecord(event: object): EventRecord {
  const admitted = admitEvent(event, JSON.stringify(event));
  if (!admitted.ok) throw admitted.problem;
  return admitted.record;
}
