/**
 * The rows against the log itself, not by way of `prepare`: every record that `append` wrote must have left the trace that
 * the view declares, with the content it declares, and no trace may stand where the log has no such record.
 */
import { createHash } from 'node:crypto';
import type { EventLog } from '@ledgerline/log';
import { bindSchema } from '../bind-schema.ts';
import { type DecodeContext, decodeRecord } from '../decode-record.ts';
import type { ProjectedEvent, View } from '../view.ts';
import { countDifferences, type DifferenceCount, type Differences } from './differences.ts';
import type { Snapshot } from './snapshot.ts';

const pageSize = 5_000;
const maxRecords = 2_000;

export type LogCheck = {
  readonly view: View;
  readonly log: Pick<EventLog, 'read'>;
  readonly decoding: DecodeContext;
  readonly signal: AbortSignal;
  readonly onRead: (records: number) => void;
};

type Trace = { readonly offset: number; readonly hash: string };

/** Nothing is found where the view declares no traces. */
export async function checkAgainstLog(check: LogCheck, snapshot: Snapshot): Promise<Differences> {
  const differences = countDifferences();
  const { traces } = check.view;
  if (traces === undefined) return differences.total();
  for (const [partition, end] of snapshot.offsets.entries()) {
    const parked = await parkedOffsets(snapshot, partition);
    const found = readTraces(snapshot, traces.text, partition);
    let trace = await found.next();
    let [expectedRows, foundRows] = [0, 0];
    const extraUpTo = async (offset: number): Promise<void> => {
      for (; !trace.done && trace.value.offset < offset; trace = await found.next()) {
        foundRows += 1;
        tell(differences, 'extra', partition, trace.value.offset);
      }
    };
    for await (const batch of check.log.read(partition, 0, end, maxRecords)) {
      check.signal.throwIfAborted();
      for (const record of batch.records) {
        await extraUpTo(record.offset);
        const decoded = decodeRecord(record, record.recordedAt, check.decoding);
        const event = decoded.kind === 'event' ? decoded.event : null;
        const isParked = parked.has(record.offset);
        const content = event === null || isParked ? null : traces.of(event);
        const here = !trace.done && trace.value.offset === record.offset ? trace.value : null;
        if (here !== null) {
          foundRows += 1;
          trace = await found.next();
        }
        if (content === null) {
          // Unreadable, and yet not parked: it was lost.
          if (event === null && !isParked) tell(differences, 'missing', partition, record.offset);
          if (here !== null) tell(differences, 'extra', partition, record.offset, event);
          continue;
        }
        if (here === null) {
          // What another producer wrote against the rule may have no effect.
          if (!record.appended) continue;
          expectedRows += 1;
          tell(differences, 'missing', partition, record.offset, event);
        } else {
          expectedRows += 1;
          if (here.hash !== createHash('md5').update(content).digest('hex')) {
            tell(differences, 'changed', partition, record.offset, event);
          }
        }
      }
      check.onRead(batch.next - batch.from);
    }
    await extraUpTo(Number.MAX_SAFE_INTEGER);
    await snapshot.client.query('close traced');
    differences.rows(partition, expectedRows, foundRows);
  }
  return differences.total();
}

function tell(
  differences: DifferenceCount,
  kind: 'missing' | 'extra' | 'changed',
  partition: number,
  offset: number,
  event: ProjectedEvent | null = null,
): void {
  const known = event === null ? {} : { source: event.event.source, id: event.event.id, subject: event.event.subject };
  differences.differs({ kind, table: 'log', partition, key: { partition, offset, ...known }, columns: [] });
}

async function parkedOffsets({ client, generation }: Snapshot, partition: number): Promise<Set<number>> {
  const { rows } = await client.query<{ offset: number }>(
    'select "offset" from projection.parked where view = $1 and generation = $2 and partition = $3',
    [generation.view, generation.generation, partition],
  );
  return new Set(rows.map(({ offset }) => offset));
}

/** By offset. The cursor `traced` is the caller's to close. */
async function* readTraces(
  { client, generation }: Snapshot,
  text: string,
  partition: number,
): AsyncGenerator<Trace, undefined> {
  const bound = bindSchema(text, generation.view, generation.schema);
  await client.query(
    `declare traced no scroll cursor for
     select "offset", md5(content) as hash from (${bound}) t where partition = $1 order by "offset"`,
    [partition],
  );
  for (;;) {
    const { rows } = await client.query<Trace>(`fetch ${pageSize} from traced`);
    yield* rows;
    if (rows.length < pageSize) return undefined;
  }
}
