/**
 * One chunk, one transaction: checkpoint, rows and parked records together or not at all. The checkpoint moves first:
 * whoever holds its row is the partition's only writer, and a process that lost it writes nothing.
 */
import { withTransaction } from '@ledgerline/database';
import type { LogRecord } from '@ledgerline/log';
import type { ClientBase, Pool } from 'pg';
import { type Applied, applyIsolating, isEventsFault } from './apply-isolating.ts';
import { moveCheckpoint } from './checkpoint.ts';
import type { Chunk } from './chunk-records.ts';
import { type DecodeContext, type DecodedRecord, decodeRecord, parkEvent } from './decode-record.ts';
import type { Generation } from './generation.ts';
import { type ParkedRecord, parkRecords, readWaitingSubjects } from './parked.ts';
import type { View } from './view.ts';
import { createViewTransaction } from './view-transaction.ts';

/** Where a partition goes on, as this process believes; the compare-and-set is what knows. */
export type Cursor = { readonly next: number; readonly lastRecordedAt: string | null };

export type AppliedChunk = Applied & { readonly cursor: Cursor };

type Target = {
  readonly pool: Pool;
  readonly view: View;
  readonly generation: Generation;
  readonly decoding: DecodeContext;
};
type DecodedEvent = Extract<DecodedRecord, { kind: 'event' }>;
type Apply = (client: ClientBase, events: readonly DecodedEvent[]) => Promise<Applied>;

/** What the view threw, apart from what the transaction around it threw. */
class ViewError extends Error {
  constructor(cause: unknown) {
    super('the view could not apply a batch', { cause });
    this.name = 'ViewError';
  }
}

/** Rejects with FencedError, or with what is no event's fault; then nothing was written, or the outcome is unknown. */
export async function applyChunk(target: Target, cursor: Cursor, chunk: Chunk): Promise<AppliedChunk> {
  const { view, generation } = target;
  const { decoded, lastRecordedAt } = decodeChunk(chunk.records, cursor.lastRecordedAt, target.decoding);
  const all: Apply = async (client, events) => {
    const tx = createViewTransaction(client, view.name, generation.schema);
    const batch = { partition: chunk.partition, events: events.map((item) => item.event) };
    try {
      return { applied: events.length, ignored: events.length > 0 ? await view.apply(batch, tx) : {}, parked: [] };
    } catch (error) {
      throw new ViewError(error);
    }
  };
  const isolating: Apply = async (client, events) =>
    await applyIsolating(view, chunk.partition, events, createViewTransaction(client, view.name, generation.schema));

  const run = async (apply: Apply): Promise<Applied> =>
    await withTransaction(target.pool, async (client) => {
      const move = { partition: chunk.partition, from: chunk.from, to: chunk.next, lastRecordedAt };
      const before = await moveCheckpoint(client, generation, move);
      const { events, parked } = await setAside(client, generation, chunk.partition, decoded, before.parked > 0);
      const outcome = await apply(client, events);
      const allParked = [...parked, ...outcome.parked];
      await parkRecords(client, generation, chunk.partition, allParked);
      return { ...outcome, parked: allParked };
    });

  const next = { next: chunk.next, lastRecordedAt };
  try {
    return { ...(await run(all)), cursor: next };
  } catch (error) {
    if (!(error instanceof ViewError)) throw error;
    if (!isEventsFault(error.cause)) throw error.cause;
    // Savepoints cost round trips that the ordinary chunk should not pay: only now is it done with them.
    return { ...(await run(isolating)), cursor: next };
  }
}

function decodeChunk(
  records: readonly LogRecord[],
  before: string | null,
  context: DecodeContext,
): { decoded: readonly DecodedRecord[]; lastRecordedAt: string | null } {
  let lastRecordedAt = before;
  const decoded = records.map((record) => {
    // RFC 3339 UTC with milliseconds sorts as text; a log whose clock went back must not take readers back.
    const recordedAt =
      lastRecordedAt === null || record.recordedAt > lastRecordedAt ? record.recordedAt : lastRecordedAt;
    lastRecordedAt = recordedAt;
    return decodeRecord(record, recordedAt, context);
  });
  return { decoded, lastRecordedAt };
}

/** Parts what can't be read, and what waits behind it or behind what was parked earlier, from what can be applied. */
async function setAside(
  client: ClientBase,
  generation: Generation,
  partition: number,
  decoded: readonly DecodedRecord[],
  mayWait: boolean,
): Promise<{ events: readonly DecodedEvent[]; parked: readonly ParkedRecord[] }> {
  const subjects = mayWait ? decoded.flatMap((item) => subjectOf(item) ?? []) : [];
  const waiting =
    subjects.length > 0 ? await readWaitingSubjects(client, generation, partition, subjects) : new Set<string>();
  const events: DecodedEvent[] = [];
  const parked: ParkedRecord[] = [];
  for (const item of decoded) {
    const subject = subjectOf(item);
    if (item.kind === 'unreadable') {
      parked.push(item.parked);
      if (subject !== null && item.parked.reason !== 'misplaced') waiting.add(subject);
    } else if (subject !== null && waiting.has(subject)) {
      parked.push(parkEvent(item, 'behind', 'an earlier event of this subject is parked'));
    } else {
      events.push(item);
    }
  }
  return { events, parked };
}

function subjectOf(item: DecodedRecord): string | null {
  return item.kind === 'event' ? item.event.event.subject : item.parked.subject;
}
