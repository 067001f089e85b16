/**
 * One chunk, one transaction: checkpoint, rows and parked records together or not at all. The checkpoint moves first:
 * whoever holds its row is the partition's only writer, and a process that lost it writes nothing.
 */
import { withTransaction } from '@ledgerline/database';
import type { LogRecord } from '@ledgerline/log';
import type { ClientBase, Pool } from 'pg';
import { type Applied, applyIsolating, isEventsFault } from './apply-isolating.ts';
import { type MovedCheckpoint, moveCheckpoint } from './checkpoint.ts';
import type { Chunk } from './chunk-records.ts';
import { type DecodeContext, type DecodedRecord, decodeRecord, parkEvent } from './decode-record.ts';
import type { Generation } from './generation.ts';
import { blankParked, type ParkedRecord, parkRecords, readDiscarded, readWaitingSubjects } from './parked.ts';
import type { View } from './view.ts';
import { createViewTransaction } from './view-transaction.ts';

/** Where a partition goes on, and under which epoch, as this process believes; the compare-and-set is what knows. */
export type Cursor = { readonly next: number; readonly lastRecordedAt: string | null; readonly epoch: number };

export type AppliedChunk = Applied & { readonly cursor: Cursor };

export type Target = {
  readonly pool: Pool;
  readonly view: View;
  readonly generation: Generation;
  readonly decoding: DecodeContext;
};
export type DecodedEvent = Extract<DecodedRecord, { kind: 'event' }>;
type Prepare = (client: ClientBase, events: readonly DecodedEvent[]) => Promise<() => Promise<Applied>>;

/**
 * A process that freezes in a transaction must not keep its successor from the partition for longer than the group keeps
 * it (15 s): PostgreSQL ends it then.
 */
export const freezeLimit = 'set local idle_in_transaction_session_timeout = 15000';

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
  const lastRecordedAt = latestOf(chunk.records, cursor.lastRecordedAt);
  const all: Prepare = async (client, events) => {
    const applied = events.length;
    if (applied === 0) return () => Promise.resolve({ applied, ignored: {}, parked: [] });
    const tx = createViewTransaction(client, view.name, generation.schema);
    const batch = { partition: chunk.partition, events: events.map((item) => item.event) };
    const write = await ofView(view.prepare(batch, tx));
    return async () => ({ applied, ignored: await ofView(write()), parked: [] });
  };
  const isolating: Prepare = async (client, events) => {
    const tx = createViewTransaction(client, view.name, generation.schema);
    const applied = await applyIsolating(view, chunk.partition, events, tx);
    return () => Promise.resolve(applied);
  };

  const work = async (client: ClientBase, prepare: Prepare): Promise<Applied> => {
    const { partition, from, next: to } = chunk;
    const move = { partition, epoch: cursor.epoch, from, to, lastRecordedAt };
    const before = await moveCheckpoint(client, generation, move);
    // What was decoded is gone when rows are written: see View.prepare.
    const { write, parked } = await prepareChunk(client, { target, cursor, chunk }, before, prepare);
    const outcome = await write();
    const { isRedacted } = target.decoding;
    const allParked = [...parked, ...outcome.parked].map((one) =>
      isRedacted?.(partition, one.record.offset) === true ? blankParked(one) : one,
    );
    await parkRecords(client, generation, partition, allParked);
    return { ...outcome, parked: allParked };
  };
  const run = async (prepare: Prepare): Promise<Applied> =>
    await withTransaction(target.pool, async (client) => await work(client, prepare), { opening: freezeLimit });

  const next = { next: chunk.next, lastRecordedAt, epoch: cursor.epoch };
  try {
    return { ...(await run(all)), cursor: next };
  } catch (error) {
    if (!(error instanceof ViewError)) throw error;
    if (!isEventsFault(error.cause)) throw error.cause;
    // Savepoints cost round trips that the ordinary chunk should not pay: only now is it done with them.
    return { ...(await run(isolating)), cursor: next };
  }
}

async function ofView<T>(outcome: Promise<T>): Promise<T> {
  try {
    return await outcome;
  } catch (error) {
    throw new ViewError(error);
  }
}

async function prepareChunk(
  client: ClientBase,
  { target, cursor, chunk }: { target: Target; cursor: Cursor; chunk: Chunk },
  before: MovedCheckpoint,
  prepare: Prepare,
): Promise<{ write: () => Promise<Applied>; parked: readonly ParkedRecord[] }> {
  const { generation } = target;
  const decoded = decodeChunk(chunk.records, cursor.lastRecordedAt, target.decoding);
  const kept = before.discards ? await leaveOut(client, generation, chunk, decoded) : decoded;
  const subjects = before.parked > 0 ? kept.flatMap((item) => subjectOf(item) ?? []) : [];
  const waiting = await readWaitingSubjects(client, generation, chunk.partition, subjects);
  const { events, parked } = setAside(kept, waiting);
  return { write: await prepare(client, events), parked };
}

/** RFC 3339 UTC with milliseconds sorts as text; a log whose clock went back must not take readers back. */
function later(recordedAt: string, before: string | null): string {
  return before === null || recordedAt > before ? recordedAt : before;
}

function latestOf(records: readonly LogRecord[], before: string | null): string | null {
  return records.reduce<string | null>((latest, { recordedAt }) => later(recordedAt, latest), before);
}

function decodeChunk(
  records: readonly LogRecord[],
  before: string | null,
  context: DecodeContext,
): readonly DecodedRecord[] {
  let lastRecordedAt = before;
  return records.map((record) => {
    lastRecordedAt = later(record.recordedAt, lastRecordedAt);
    return decodeRecord(record, lastRecordedAt, context);
  });
}

/** What an operator has given up is as if it were not there. */
async function leaveOut(
  client: ClientBase,
  generation: Generation,
  { partition, from, next }: Chunk,
  decoded: readonly DecodedRecord[],
): Promise<readonly DecodedRecord[]> {
  const discarded = await readDiscarded(client, generation, { partition, from, to: next });
  return decoded.filter((item) => !discarded.has(recordOf(item).offset));
}

/**
 * Parts what can't be read, and what waits behind it or behind what was parked earlier, from what can be applied.
 * @param waiting subjects with an event that is parked already
 */
export function setAside(
  decoded: readonly DecodedRecord[],
  waiting: ReadonlySet<string>,
): { events: readonly DecodedEvent[]; parked: readonly ParkedRecord[] } {
  const stuck = new Set(waiting);
  const events: DecodedEvent[] = [];
  const parked: ParkedRecord[] = [];
  for (const item of decoded) {
    const subject = subjectOf(item);
    if (item.kind === 'unreadable') {
      parked.push(item.parked);
      if (subject !== null && item.parked.reason !== 'misplaced') stuck.add(subject);
    } else if (subject !== null && stuck.has(subject)) {
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

function recordOf(item: DecodedRecord): LogRecord {
  return item.kind === 'event' ? item.record : item.parked.record;
}
