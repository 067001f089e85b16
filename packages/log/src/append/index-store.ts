/**
 * The index of the log in PostgreSQL, statement by statement. All within one transaction of `withLanes`.
 */
import { readSql, type TripResult, type TripStatement, toArrayLiteral } from '@ledgerline/database';
import type { ClientBase } from 'pg';
import type { EventId, IndexView, Receipt } from './index-view.ts';
import type { WrittenBatch } from './lane-writer.ts';
import type { Place } from './pending-call.ts';

const statement = (name: string) => ({
  name: `log-${name}`,
  text: readSql(new URL(`../sql/${name}.sql`, import.meta.url)),
});
const lookUpSql = statement('look-up');
const reserveReceiptsSql = statement('reserve-receipts');
const reserveNewSql = statement('reserve-new');
const recordRoundSql = statement('record-round');

type LookUpRow =
  | { kind: 'receipt'; name: string; id: string; partition: number; offset: number; hash: string; recorded_at: string }
  | { kind: 'subject'; name: string; state: unknown };

/** Loads what the index knows of these ids and subjects into the view. */
export async function lookUp<S>(
  client: ClientBase,
  view: IndexView<S>,
  ids: readonly EventId[],
  subjects: readonly string[],
): Promise<void> {
  const values = [ids.map(({ source }) => source), ids.map(({ id }) => id), subjects].map(toArrayLiteral);
  const { rows } = await client.query<LookUpRow>({ ...lookUpSql, values });
  const receipts: (EventId & Receipt)[] = [];
  const states: [string, S][] = [];
  for (const row of rows) {
    if (row.kind === 'subject') states.push([row.name, row.state as S]);
    else receipts.push({ ...row, source: row.name, recordedAt: row.recorded_at });
  }
  view.load(receipts, states);
}

export type Reservation = EventId & Place & { readonly hash: string };

/** False where an id was taken meanwhile by a round of other partitions: then nothing here holds, roll back. */
export async function reserveReceipts(client: ClientBase, receipts: readonly Reservation[]): Promise<boolean> {
  if (receipts.length === 0) return true;
  const { rowCount } = await client.query({
    ...reserveReceiptsSql,
    values: columnsOf(
      receipts,
      receipts.map(({ offset }) => offset),
    ),
  });
  return rowCount === receipts.length;
}

/** Where a record goes if every one of its round is admitted: so many places after the end of its lane. */
export type Presumed = EventId & { readonly hash: string; readonly partition: number; readonly nth: number };

/** Reserves ids that nobody has looked up, and loads the states of the subjects. */
export function reserveNewStatement(receipts: readonly Presumed[], subjects: readonly string[]): TripStatement {
  const places = receipts.map(({ nth }) => nth);
  return { ...reserveNewSql, values: [...columnsOf(receipts, places), toArrayLiteral(subjects)] };
}

/** How many ids there was room for: where one is known or comes twice nothing here holds, roll back. */
export function loadReserved<S>(view: IndexView<S>, result: TripResult): number {
  const states: [string, S][] = [];
  let reserved = 0;
  for (const [count, subject, state] of result.rows) {
    if (typeof subject === 'string') states.push([subject, JSON.parse(state ?? 'null') as S]);
    else reserved = Number(count);
  }
  view.load([], states);
  return reserved;
}

function columnsOf(
  receipts: readonly (EventId & { readonly partition: number; readonly hash: string })[],
  places: readonly number[],
): string[] {
  return [
    toArrayLiteral(receipts.map(({ source }) => source)),
    toArrayLiteral(receipts.map(({ id }) => id)),
    toArrayLiteral(receipts.map(({ partition }) => partition)),
    toArrayLiteral(places),
    toArrayLiteral(receipts.map(({ hash }) => hash)),
  ];
}

export type LaneProgress = {
  readonly partition: number;
  readonly indexedTo: number;
  readonly recordedAt: string | null;
};

export type Changes = {
  readonly states: ReadonlyMap<string, unknown>;
  readonly batches: readonly WrittenBatch[];
  readonly lanes: readonly LaneProgress[];
  /** The lanes are also the log's ends. */
  readonly embedded: boolean;
};

export function recordStatement({ states, batches, lanes, embedded }: Changes): TripStatement {
  const changed = [...states];
  const values = [
    changed.map(([subject]) => subject),
    changed.map(([, state]) => JSON.stringify(state)),
    batches.map(({ partition }) => partition),
    batches.map(({ offset }) => offset),
    batches.map(({ recordedAt }) => recordedAt),
    lanes.map(({ partition }) => partition),
    lanes.map(({ indexedTo }) => indexedTo),
    lanes.map(({ indexedTo }) => (embedded ? indexedTo : 0)),
    lanes.map(({ recordedAt }) => recordedAt),
  ];
  return { ...recordRoundSql, values: values.map(toArrayLiteral) };
}
